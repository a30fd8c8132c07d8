// Generated from schema.graphql by `npm run generate`. Do not edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { NodeModel, BlockModel, TransferModel, AccountModel, AssetModel, HoldingModel, HopModel, OriginModel, HolderModel, BatchModel, ServiceModel, PoolModel, ChainModel, SubmitResultModel, BlockConnectionModel, TransferConnectionModel, AssetConnectionModel, HoldingConnectionModel, BatchConnectionModel } from '../request/models.ts';
import type { ApiContext } from '../request/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /**
   * A non-negative integer as a string of decimal digits, without leading zeros and with at most 39 digits: `"0"`, `"2900"`.
   * As input, a JSON number or a literal up to 2^53 - 1 is accepted as well. These sentences are its whole specification.
   */
  BigInt: { input: bigint; output: bigint | number; }
  /** A hash, a field element or an account: 64 lower-case hexadecimal digits, without `0x`. This sentence is its whole specification. */
  Hash: { input: string; output: string; }
  /**
   * A point in time in ISO 8601, in UTC with milliseconds: `2025-01-31T12:00:00.000Z`.
   * As input, any RFC 3339 date and time is accepted: the fraction may be missing, and the offset may be another.
   */
  DateTime: { input: Date; output: Date; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
};

/**
 * An object that has an id of its own, for clients that keep objects in a normalized cache or fetch them again by id.
 * Ids are opaque, and one id names the same object on every server of the chain.
 */
export type Node = {
  /** The id, unique among all objects of all types. */
  readonly id: Scalars['ID']['output'];
};

/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type Query = {
  readonly __typename?: 'Query';
  /** The object with this id. Null if there is none. */
  readonly node?: Maybe<Node>;
  /** The objects with these ids, in the order of the ids; null for each id that names none. At most 100. */
  readonly nodes: ReadonlyArray<Maybe<Node>>;
  /** The chain: its current state, its rules, and what a client needs to build an action. */
  readonly chain: Chain;
  /**
   * Everything as it was at a height, exactly: balances, holders, lists, totals and traces. HEIGHT_TOO_HIGH above the newest final block;
   * a request may name 16 heights. The ids of objects inside name them as of that height, so that a client's cache keeps them apart from
   * the present ones. What no block fixes is as it is now: the pool and waiting actions, this server and its names, notes, quotas, and the
   * state of proofs.
   */
  readonly at: Query;
  /** This server: its version, its limits and the verification keys that it checks proofs with. */
  readonly service: Service;
  /** A final block. Null if there is no such block. `chain.head` is the newest one. */
  readonly block?: Maybe<Block>;
  /** Final blocks in order of height. `first` counts from genesis, `last` from the newest block. */
  readonly blocks: BlockConnection;
  /** An action, final or waiting in the pool, by the hash that was signed. Null if there is none. */
  readonly transfer?: Maybe<Transfer>;
  /** The history: all final records in order of position. `first` counts from genesis, `last` from the newest record. */
  readonly transfers: TransferConnection;
  /** The actions that wait to enter a block, in the pool of this server's node; null while the node does not answer. */
  readonly pool?: Maybe<Pool>;
  /**
   * What a text names or begins to name: a height, a hash or an id (from 6 hexadecimal digits on), an address (from 4 characters after
   * `inp1` on), a word of an asset's code or name, or of a name that this server knows for an account; in this order, best first. Case,
   * blanks and, in codes and names, punctuation do not matter. Of a long name, the first 8 words are found.
   * Everything about what is found can be asked for in the same request: `search(text: "alice", first: 1) { node { ... on Account { transfers { ... } } } }`.
   */
  readonly search: ReadonlyArray<SearchResult>;
  /** The outcome of an action that was submitted. Null if this server's node does not know the action. */
  readonly submission?: Maybe<SubmitResult>;
  /**
   * The outcomes of actions that were submitted, in the order of their hashes. Null for each that this server's node does not know. It costs less than
   * as many `submission`.
   */
  readonly submissions: ReadonlyArray<Maybe<SubmitResult>>;
  /** An account by its address. Null if it never held anything. `search` finds accounts by name. */
  readonly account?: Maybe<Account>;
  /**
   * What the assets that an account registered use of the chain for ever, and may use: an action beyond that is QUOTA_EXCEEDED. Null if the
   * account may not register assets. PROTOCOL.md, "Admission".
   */
  readonly quota?: Maybe<ReadonlyArray<Quota>>;
  /** An asset. Null if no such asset is registered. */
  readonly asset?: Maybe<Asset>;
  /** Registered assets in order of registration. */
  readonly assets: AssetConnection;
  /** One account's units of one asset. Null if the account never held the asset and no waiting action spends from this holding. */
  readonly holding?: Maybe<Holding>;
  /**
   * The path of units: backward to where they were issued, or forward to their current holders. The result is paged: while
   * `endCursor` is not null, request the next page with `after: endCursor`. All pages of one trace are read as of the same block.
   * Null, with a hint, if the asset or the transfer does not exist. Beside its weight, it costs 10 for each record that it looks up beyond one for
   * each of `first` hops; that is taken from the client as it is looked up, and `cost` in the answer has it.
   */
  readonly trace?: Maybe<Trace>;
  /**
   * The same as `trace`, whole, as a document that anyone can check without this server: with the signed actions, and their paths to
   * a header that a quorum of the validators made final. `ictl verify FILE` and the package's `inpigritas/verify/certificate` check it.
   * As of `atHeight`, or of the height before the newest final block with a certificate of its own, at most some blocks ago. Null, with a hint, if
   * the asset or the transfer does not exist; NOT_FOUND if the request selects no units. Beside its weight, it costs 50 for each record
   * that its walk looks up or that the state is set back by; that is taken from the client afterwards, and `cost` in the answer has it.
   */
  readonly certificate?: Maybe<Certificate>;
  /** A batch of records by its index. Null if the history does not reach that far. */
  readonly batch?: Maybe<Batch>;
  /**
   * Batches in order of index. If the last one is not full, it is the tail. With a status, a page looks at 1,024 batches at most (that have
   * a proof for PROVEN, that are in the queue for QUEUED, PROVING, FAILED and DEAD, that are full for UNPROVEN). If it stops there, it may
   * have fewer items than asked for, or none; `hasNextPage` is true then, and `endCursor` is where it stopped.
   */
  readonly batches: BatchConnection;
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QueryNodesArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QueryAtArgs = {
  height: Scalars['BigInt']['input'];
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QueryBlockArgs = {
  by: BlockBy;
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QueryBlocksArgs = {
  timeFrom?: InputMaybe<Scalars['DateTime']['input']>;
  timeTo?: InputMaybe<Scalars['DateTime']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  order?: InputMaybe<ListOrder>;
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QueryTransferArgs = {
  hash: Scalars['String']['input'];
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QueryTransfersArgs = {
  filter?: InputMaybe<TransferFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  order?: InputMaybe<ListOrder>;
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QuerySearchArgs = {
  text: Scalars['String']['input'];
  first?: Scalars['Int']['input'];
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QuerySubmissionArgs = {
  hash: Scalars['String']['input'];
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QuerySubmissionsArgs = {
  hashes: ReadonlyArray<Scalars['String']['input']>;
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QueryAccountArgs = {
  address: Scalars['String']['input'];
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QueryQuotaArgs = {
  address: Scalars['String']['input'];
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QueryAssetArgs = {
  by: AssetBy;
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QueryAssetsArgs = {
  filter?: InputMaybe<AssetFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  order?: InputMaybe<ListOrder>;
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QueryHoldingArgs = {
  address: Scalars['String']['input'];
  asset: Scalars['String']['input'];
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QueryTraceArgs = {
  input: TraceInput;
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QueryCertificateArgs = {
  input: CertificateInput;
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QueryBatchArgs = {
  index: Scalars['BigInt']['input'];
};


/**
 * Everything that can be read. All fields of a request are read as of the same final block, whose height is in `extensions.height`;
 * those inside `at` as of theirs.
 * Beside it, `extensions.cost` is what the operation cost, and `extensions.costLeft` what the client has left (see `ServiceLimits.bucket`).
 * Answers that caches may keep have no extensions.
 * Wherever an argument is an address, the words `MINT` and `RETIRED` stand for the two accounts that belong to no key.
 * A list that is empty, or a trace that is null, because the request names something unknown comes with the reason in
 * `extensions.hints`: a list of objects with `path`, `code`, `message` and `data`, at most 16.
 */
export type QueryBatchesArgs = {
  status?: InputMaybe<BatchStatus>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  order?: InputMaybe<ListOrder>;
};

/** What names a block: exactly one of these. */
export type BlockBy =
  /** Its height; 0 is genesis. */
  { readonly height: Scalars['BigInt']['input']; readonly hash?: never; readonly at?: never; }
  |  /** Its hash, 64 hexadecimal digits. */
  { readonly height?: never; readonly hash: Scalars['String']['input']; readonly at?: never; }
  |  /** A point in time: the newest block whose `timestamp` is at or before it. */
  { readonly height?: never; readonly hash?: never; readonly at: Scalars['DateTime']['input']; };

/** What names an asset: exactly one of these. */
export type AssetBy =
  /** Its code. */
  { readonly code: Scalars['String']['input']; readonly assetId?: never; }
  |  /** Its id in the ledger, 64 hexadecimal digits. */
  { readonly code?: never; readonly assetId: Scalars['String']['input']; };

/**
 * Everything that a client can submit. A rejected action is a result with status REJECTED and a code, not a GraphQL error.
 * Actions are signed by the client; secret keys are never sent.
 */
export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Submit a signed transfer, issue, retirement or reinstatement. */
  readonly submitTransfer: SubmitResult;
  /** Submit the signed registration of an asset. */
  readonly registerAsset: SubmitResult;
  /**
   * Submit many signed actions, in order: each may build on those before it. The answer has a result for each, as soon as the node has stored all that
   * it accepts; a rejected action does not keep the others back. An error is one of the whole request, of which the node may have stored a part:
   * submit all of it again. It costs less than as many `submitTransfer`.
   */
  readonly submitAll: ReadonlyArray<SubmitResult>;
  /** Request a proof of a batch, which puts it before all that were not requested; clients take turns. Requesting it again has no effect. */
  readonly requestProof: Batch;
};


/**
 * Everything that a client can submit. A rejected action is a result with status REJECTED and a code, not a GraphQL error.
 * Actions are signed by the client; secret keys are never sent.
 */
export type MutationSubmitTransferArgs = {
  input: SignedTransferInput;
  wait?: InputMaybe<SubmitWait>;
};


/**
 * Everything that a client can submit. A rejected action is a result with status REJECTED and a code, not a GraphQL error.
 * Actions are signed by the client; secret keys are never sent.
 */
export type MutationRegisterAssetArgs = {
  input: SignedAssetInput;
  wait?: InputMaybe<SubmitWait>;
};


/**
 * Everything that a client can submit. A rejected action is a result with status REJECTED and a code, not a GraphQL error.
 * Actions are signed by the client; secret keys are never sent.
 */
export type MutationSubmitAllArgs = {
  actions: ReadonlyArray<SignedActionInput>;
};


/**
 * Everything that a client can submit. A rejected action is a result with status REJECTED and a code, not a GraphQL error.
 * Actions are signed by the client; secret keys are never sent.
 */
export type MutationRequestProofArgs = {
  index: Scalars['BigInt']['input'];
};

/**
 * Live events, over Server-Sent Events (a request with `Accept: text/event-stream`) or WebSocket (protocol
 * `graphql-transport-ws`) on the same path. If `after` is given, all events after it are first replayed from storage, and live
 * events follow without a gap or a repetition. An `after` that is further back than the server replays
 * (`replayBlocks` and `replayRecords` of `service.limits`) is rejected with REPLAY_TOO_LONG: read what is missing from `/export` or by
 * queries, and subscribe from there. Each event has its height in `extensions.height`.
 * Over Server-Sent Events, the `id` of an event is the value of `after` that continues behind it, and a request with the header
 * `Last-Event-ID` continues there, whatever its `after` says.
 */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /** The chain: once at the start, then after every final block. */
  readonly chain: Chain;
  /** Final blocks: those above `after`, then each new one. Without `after`, only new ones. */
  readonly blocks: Block;
  /** Final records in order of position: those after `after`, then each new one. Without `after`, only new ones. */
  readonly transfers: TransferEdge;
  /**
   * A balance: once at the start, then after each block that changes it. With `after`, it is sent for each later block that
   * changed it. An account that never held the asset has a balance of 0.
   */
  readonly holding: Holding;
  /**
   * All balances of an account: each one at the start, then after each block the ones that it changed. A block can change
   * several balances, so after an interruption resume with the height before the last one seen; receiving a balance twice does no harm.
   */
  readonly holdings: Holding;
  /**
   * A live trace: the whole trace at the start, then an update after each block that adds to it or moves its units. An update
   * has the new hops and origins, and all holders after that block. With `after`, only the updates of later blocks are sent.
   * Each record that it looks up costs 10, those of its start from the 201st on; a client that owes something waits for the next update.
   */
  readonly trace: TraceUpdate;
  /** Full batches: those after `after`, then each one when it becomes full. Without `after`, only new ones. */
  readonly batches: BatchEdge;
};


/**
 * Live events, over Server-Sent Events (a request with `Accept: text/event-stream`) or WebSocket (protocol
 * `graphql-transport-ws`) on the same path. If `after` is given, all events after it are first replayed from storage, and live
 * events follow without a gap or a repetition. An `after` that is further back than the server replays
 * (`replayBlocks` and `replayRecords` of `service.limits`) is rejected with REPLAY_TOO_LONG: read what is missing from `/export` or by
 * queries, and subscribe from there. Each event has its height in `extensions.height`.
 * Over Server-Sent Events, the `id` of an event is the value of `after` that continues behind it, and a request with the header
 * `Last-Event-ID` continues there, whatever its `after` says.
 */
export type SubscriptionBlocksArgs = {
  after?: InputMaybe<Scalars['BigInt']['input']>;
};


/**
 * Live events, over Server-Sent Events (a request with `Accept: text/event-stream`) or WebSocket (protocol
 * `graphql-transport-ws`) on the same path. If `after` is given, all events after it are first replayed from storage, and live
 * events follow without a gap or a repetition. An `after` that is further back than the server replays
 * (`replayBlocks` and `replayRecords` of `service.limits`) is rejected with REPLAY_TOO_LONG: read what is missing from `/export` or by
 * queries, and subscribe from there. Each event has its height in `extensions.height`.
 * Over Server-Sent Events, the `id` of an event is the value of `after` that continues behind it, and a request with the header
 * `Last-Event-ID` continues there, whatever its `after` says.
 */
export type SubscriptionTransfersArgs = {
  filter?: InputMaybe<TransferFilter>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/**
 * Live events, over Server-Sent Events (a request with `Accept: text/event-stream`) or WebSocket (protocol
 * `graphql-transport-ws`) on the same path. If `after` is given, all events after it are first replayed from storage, and live
 * events follow without a gap or a repetition. An `after` that is further back than the server replays
 * (`replayBlocks` and `replayRecords` of `service.limits`) is rejected with REPLAY_TOO_LONG: read what is missing from `/export` or by
 * queries, and subscribe from there. Each event has its height in `extensions.height`.
 * Over Server-Sent Events, the `id` of an event is the value of `after` that continues behind it, and a request with the header
 * `Last-Event-ID` continues there, whatever its `after` says.
 */
export type SubscriptionHoldingArgs = {
  address: Scalars['String']['input'];
  asset: Scalars['String']['input'];
  after?: InputMaybe<Scalars['BigInt']['input']>;
};


/**
 * Live events, over Server-Sent Events (a request with `Accept: text/event-stream`) or WebSocket (protocol
 * `graphql-transport-ws`) on the same path. If `after` is given, all events after it are first replayed from storage, and live
 * events follow without a gap or a repetition. An `after` that is further back than the server replays
 * (`replayBlocks` and `replayRecords` of `service.limits`) is rejected with REPLAY_TOO_LONG: read what is missing from `/export` or by
 * queries, and subscribe from there. Each event has its height in `extensions.height`.
 * Over Server-Sent Events, the `id` of an event is the value of `after` that continues behind it, and a request with the header
 * `Last-Event-ID` continues there, whatever its `after` says.
 */
export type SubscriptionHoldingsArgs = {
  address: Scalars['String']['input'];
  after?: InputMaybe<Scalars['BigInt']['input']>;
};


/**
 * Live events, over Server-Sent Events (a request with `Accept: text/event-stream`) or WebSocket (protocol
 * `graphql-transport-ws`) on the same path. If `after` is given, all events after it are first replayed from storage, and live
 * events follow without a gap or a repetition. An `after` that is further back than the server replays
 * (`replayBlocks` and `replayRecords` of `service.limits`) is rejected with REPLAY_TOO_LONG: read what is missing from `/export` or by
 * queries, and subscribe from there. Each event has its height in `extensions.height`.
 * Over Server-Sent Events, the `id` of an event is the value of `after` that continues behind it, and a request with the header
 * `Last-Event-ID` continues there, whatever its `after` says.
 */
export type SubscriptionTraceArgs = {
  input: TraceInput;
  after?: InputMaybe<Scalars['BigInt']['input']>;
};


/**
 * Live events, over Server-Sent Events (a request with `Accept: text/event-stream`) or WebSocket (protocol
 * `graphql-transport-ws`) on the same path. If `after` is given, all events after it are first replayed from storage, and live
 * events follow without a gap or a repetition. An `after` that is further back than the server replays
 * (`replayBlocks` and `replayRecords` of `service.limits`) is rejected with REPLAY_TOO_LONG: read what is missing from `/export` or by
 * queries, and subscribe from there. Each event has its height in `extensions.height`.
 * Over Server-Sent Events, the `id` of an event is the value of `after` that continues behind it, and a request with the header
 * `Last-Event-ID` continues there, whatever its `after` says.
 */
export type SubscriptionBatchesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Something that was searched for. */
export type SearchResult = {
  readonly __typename?: 'SearchResult';
  /** What was found: a Block, a Transfer, an Asset or an Account. */
  readonly node: Node;
  /** What of it begins with the text. */
  readonly matched: SearchMatch;
};

/** What a search matched. */
export type SearchMatch =
  /** The height of a block, which must match as a whole. */
  | 'HEIGHT'
  /** The hash of a block or a transfer. */
  | 'HASH'
  /** The id of an asset in the ledger. */
  | 'ASSET_ID'
  /** The account itself. */
  | 'ACCOUNT_ID'
  /** The address of an account. */
  | 'ADDRESS'
  /** A word of an asset's code. */
  | 'CODE'
  /** A word of the name of an asset, or of a name that this server knows for an account. */
  | 'NAME';

/** The chain: its current state, its rules, and what a client needs to build an action. */
export type Chain = {
  readonly __typename?: 'Chain';
  /** Hash of the genesis; it is part of everything that is signed. */
  readonly chainId: Scalars['Hash']['output'];
  /** Name of the chain, from genesis. */
  readonly name: Scalars['String']['output'];
  /** Height of the newest block that the node has, final or not. */
  readonly height: Scalars['BigInt']['output'];
  /** Height of the newest final block. */
  readonly finalizedHeight: Scalars['BigInt']['output'];
  /** The newest final block. */
  readonly head: Block;
  /** The current era by this server's clock. An action submitted now needs an era from `era + delay` to `era + delay + ttl`. */
  readonly era: Scalars['BigInt']['output'];
  /** When era 0 was due. */
  readonly startTime: Scalars['DateTime']['output'];
  /** Milliseconds per era. */
  readonly eraMs: Scalars['Int']['output'];
  /** By how many eras the era of a submitted action must lie ahead of the current one. */
  readonly delay: Scalars['Int']['output'];
  /** For how many eras an action is valid, beginning with its own era. */
  readonly ttl: Scalars['Int']['output'];
  /** How long before its registration a code must be reserved; null if it need not be (PROTOCOL.md, "Reservations"). */
  readonly reservations?: Maybe<ReservationRules>;
  /** Records per batch. */
  readonly batchSize: Scalars['Int']['output'];
  /** Levels of the state tree (quaternary). */
  readonly stateDepth: Scalars['Int']['output'];
  /** Position of the first record that is not part of genesis. The first provable batch begins there. */
  readonly firstPosition: Scalars['BigInt']['output'];
  /** The validators, which propose blocks and vote on them. */
  readonly validators: ReadonlyArray<Validator>;
  /** Evidence of validators that equivocated, as seen by this server's node; newest first, at most 100. */
  readonly evidence: ReadonlyArray<Evidence>;
  /** Numbers of blocks, records, assets and other items. */
  readonly counts: ChainCounts;
  /** Records per hour or day, by kind, also of intervals without any. */
  readonly activity: ReadonlyArray<Activity>;
  /** The genesis file, which anyone can verify the chain with. Compare it with a copy from a source that you trust. */
  readonly genesis: Scalars['JSON']['output'];
};


/** The chain: its current state, its rules, and what a client needs to build an action. */
export type ChainActivityArgs = {
  by?: ActivityInterval;
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
};

/**
 * Evidence of equivocation: two messages signed by one validator, of which an honest validator signs at most one. These are two
 * proposals of one view, two notarize votes or two finalize votes for different blocks of one view, or a skip and a finalize vote of one
 * view. Anyone can check it with `ictl verify --evidence`.
 */
export type Evidence = {
  readonly __typename?: 'Evidence';
  /** The validator that signed both messages. */
  readonly validator: Validator;
  /** The view of both messages. */
  readonly view: Scalars['BigInt']['output'];
  /** Type of the two messages. */
  readonly kind: EvidenceKind;
  /** Both messages, in hexadecimal (PROTOCOL.md, "Equivocation"). */
  readonly bytes: Scalars['String']['output'];
  /** When this server's node saw the second message. */
  readonly seenAt: Scalars['DateTime']['output'];
};

/** Type of the two messages of an equivocation. */
export type EvidenceKind =
  /** Two votes. */
  | 'VOTES'
  /** Two proposals. */
  | 'PROPOSALS';

/**
 * How long before its registration a code must be reserved. `ictl reserve` and the client's `reserve` make a reservation: a memo that does not show the
 * code (PROTOCOL.md, "Reservations").
 */
export type ReservationRules = {
  readonly __typename?: 'ReservationRules';
  /** A registration names an era at least so many eras after that of the block with the reservation. */
  readonly delay: Scalars['Int']['output'];
  /** And at most so many. */
  readonly life: Scalars['Int']['output'];
};

/** The eras that a registration which uses a reservation may name. */
export type Reservation = {
  readonly __typename?: 'Reservation';
  /** The first one. A registration that is submitted before it may enter a block shows its code too early. */
  readonly firstEra: Scalars['BigInt']['output'];
  /** The last one. */
  readonly lastEra: Scalars['BigInt']['output'];
};

/** A validator proposes blocks and votes on them. */
export type Validator = {
  readonly __typename?: 'Validator';
  /** Its index i in genesis. With n validators, it leads every view v with v mod n = i. */
  readonly index: Scalars['Int']['output'];
  /** Name, from genesis. */
  readonly name: Scalars['String']['output'];
  /** Ed25519 public key for proposals and votes. */
  readonly votingKey: Scalars['Hash']['output'];
  /** Ed25519 public key for connections between nodes. */
  readonly transportKey: Scalars['Hash']['output'];
  /** Ed25519 public key for cosignatures of checkpoints of the log of headers. */
  readonly logKey: Scalars['Hash']['output'];
};

/**
 * What happened in an hour or a day of UTC, by the timestamps of blocks: the records of the chain, of an asset, or those in which an
 * account is sender or receiver. Of an interval that is not over, what happened so far.
 */
export type Activity = {
  readonly __typename?: 'Activity';
  /** Begin of the interval; it is part of it. */
  readonly from: Scalars['DateTime']['output'];
  /** End of the interval; it is not part of it. */
  readonly to: Scalars['DateTime']['output'];
  /** Number of records. */
  readonly records: Scalars['BigInt']['output'];
  /** Number of registrations. */
  readonly registers: Scalars['BigInt']['output'];
  /** Number of issues. */
  readonly issues: Scalars['BigInt']['output'];
  /** Number of transfers from one holder to another. */
  readonly transfers: Scalars['BigInt']['output'];
  /** Number of retirements. */
  readonly retires: Scalars['BigInt']['output'];
  /** Number of reinstatements. */
  readonly reinstates: Scalars['BigInt']['output'];
  /** Units that all records but the registration moved; null for a chain or an account. A sum can have up to 48 digits. */
  readonly units?: Maybe<Scalars['BigInt']['output']>;
  /** Number of the asset's holders at the end of the interval; null for a chain or an account. */
  readonly holders?: Maybe<Scalars['BigInt']['output']>;
};

/** What assets use for ever, and what is charged to the account that registered them. PROTOCOL.md, "Admission". */
export type Budget =
  /** Registrations. */
  | 'ASSETS'
  /** Bytes of canonical definitions. */
  | 'BYTES'
  /** Holdings, empty ones and those of the mint and of retired units included. */
  | 'HOLDINGS'
  /** Retirements that a definition may still be made from. */
  | 'RETIREMENTS';

/** A budget of an account that may register assets. */
export type Quota = {
  readonly __typename?: 'Quota';
  /** What counts. */
  readonly budget: Budget;
  /** What its assets use. */
  readonly used: Scalars['BigInt']['output'];
  /** What they may use. */
  readonly limit: Scalars['BigInt']['output'];
  /** What the assets of all accounts without a budget of their own use together; null for an account that the genesis lists. */
  readonly usedTogether?: Maybe<Scalars['BigInt']['output']>;
  /** What those may use together; null for an account that the genesis lists. */
  readonly limitTogether?: Maybe<Scalars['BigInt']['output']>;
};

/** Length of an interval. */
export type ActivityInterval =
  /** From one full hour of UTC to the next. */
  | 'HOUR'
  /** From one midnight of UTC to the next. */
  | 'DAY';

/** Numbers of items as of the request's block. */
export type ChainCounts = {
  readonly __typename?: 'ChainCounts';
  /** Final blocks, including genesis. */
  readonly blocks: Scalars['BigInt']['output'];
  /** Final records. */
  readonly transfers: Scalars['BigInt']['output'];
  /** Registered assets. */
  readonly assets: Scalars['BigInt']['output'];
  /** Holdings that were ever opened, including those of `MINT` and `RETIRED`. */
  readonly holdings: Scalars['BigInt']['output'];
  /** Accounts that appear in the history. */
  readonly accounts: Scalars['BigInt']['output'];
  /** Batches, including the tail. */
  readonly batches: Scalars['BigInt']['output'];
};

/** This server. */
export type Service = {
  readonly __typename?: 'Service';
  /** Software version. */
  readonly version: Scalars['String']['output'];
  /** Limits of a request. */
  readonly limits: ServiceLimits;
  /** State of this server's node; null while the node does not answer. */
  readonly node?: Maybe<NodeStatus>;
  /** The verification keys that proofs are checked with, as pinned in genesis. */
  readonly verificationKeys: ReadonlyArray<VerificationKey>;
  /** State of the provers' queue. */
  readonly proving: Proving;
};

/** State of the provers' queue. */
export type Proving = {
  readonly __typename?: 'Proving';
  /** Batches with a proof, including tails. */
  readonly proofs: Scalars['BigInt']['output'];
  /** Full batches without a proof of all their records, whether or not one was requested. */
  readonly backlog: Scalars['BigInt']['output'];
  /** Batches in the provers' queue. */
  readonly waiting: Scalars['BigInt']['output'];
  /** Batches that a prover is working on. */
  readonly running: Scalars['BigInt']['output'];
  /** Batches that were given up: they are tried once an hour, or when an operator requeues them. */
  readonly dead: Scalars['BigInt']['output'];
  /** Proofs per minute over the last ten minutes. */
  readonly perMinute: Scalars['Float']['output'];
  /** The provers that this server has heard of in the last two minutes, at most 100, the latest last. Those of other servers of the chain are not among them. */
  readonly provers: ReadonlyArray<Prover>;
};

/** A prover, as it describes itself; nobody verified it. Its proofs are verified. */
export type Prover = {
  readonly __typename?: 'Prover';
  /** Its name, 1 to 64 of `A-Za-z0-9._:-`. */
  readonly name: Scalars['String']['output'];
  /** Version of its software; null if it does not say. */
  readonly version?: Maybe<Scalars['String']['output']>;
  /** What computes its proofs; null if it does not say. */
  readonly backend?: Maybe<ProofBackend>;
  /** Threads of the engine; null of other software, or if it does not say. */
  readonly threads?: Maybe<Scalars['Int']['output']>;
  /** Index of the batch that it works on, or has proven last; null while it looks for work. */
  readonly batch?: Maybe<Scalars['BigInt']['output']>;
  /** What it does, in its own words: at most 1,000 characters. */
  readonly stage: Scalars['String']['output'];
  /** Seconds since its last sign of life. */
  readonly secondsAgo: Scalars['Int']['output'];
};

/** Current status of a node. */
export type NodeStatus = {
  readonly __typename?: 'NodeStatus';
  /** Whether the node works as it should, and what keeps it from that otherwise. */
  readonly state: NodeState;
  /** The current consensus view: one attempt at one block. */
  readonly view: Scalars['BigInt']['output'];
  /** Final blocks whose trees are not hashed yet. */
  readonly hashLag: Scalars['BigInt']['output'];
  /** Median of the milliseconds by which the clocks of the other validators are ahead of its own; negative if they are behind. */
  readonly clockOffsetMs: Scalars['Float']['output'];
  /** How long blocks took to be final; null before the first block since the node's start. */
  readonly finality?: Maybe<FinalityTimes>;
  /** The nodes that this node is connected to. */
  readonly peers: ReadonlyArray<ConnectedPeer>;
  /** Who cosigned the log of headers, as the node has heard since its start. */
  readonly log: CosignedLog;
};

/**
 * How long it took from when the eras of blocks were due until this server's node had them final and stored, by its clock: of its newest
 * blocks since its start, without those that it fetched while it was behind.
 */
export type FinalityTimes = {
  readonly __typename?: 'FinalityTimes';
  /** How many blocks these numbers are of, at most 256. */
  readonly blocks: Scalars['Int']['output'];
  /** The median, in milliseconds. */
  readonly medianMs: Scalars['Float']['output'];
  /** 95 of 100 blocks took at most so many milliseconds. */
  readonly p95Ms: Scalars['Float']['output'];
  /** The longest, in milliseconds. */
  readonly maxMs: Scalars['Float']['output'];
};

/**
 * What is said of the log of headers (PROTOCOL.md, "Checkpoints"). `GET /checkpoint` gives the newest checkpoint of a quorum, and `GET /tile/...`
 * the log.
 */
export type CosignedLog = {
  readonly __typename?: 'CosignedLog';
  /** Number of headers under the newest checkpoint that a quorum of validators has cosigned; null before there is one. */
  readonly size?: Maybe<Scalars['BigInt']['output']>;
  /** What each validator says, in the order of genesis. */
  readonly validators: ReadonlyArray<Cosigner>;
  /** The witnesses that the node asks, and what they say. */
  readonly witnesses: ReadonlyArray<LogWitness>;
};

/** A witness of the log of headers, which cosigns what validators have cosigned, and no two histories. */
export type LogWitness = {
  readonly __typename?: 'LogWitness';
  /** Name of its key. */
  readonly name: Scalars['String']['output'];
  /** Number of headers under the checkpoint that it cosigned last for this node; null before it has cosigned one. */
  readonly size?: Maybe<Scalars['BigInt']['output']>;
  /** When that was, by its clock. */
  readonly time?: Maybe<Scalars['DateTime']['output']>;
  /** Why it did not cosign at the last attempt; null after a success. */
  readonly failure?: Maybe<Scalars['String']['output']>;
};

/** What a validator says of the log of headers. */
export type Cosigner = {
  readonly __typename?: 'Cosigner';
  /** Name of the validator. */
  readonly name: Scalars['String']['output'];
  /** Number of headers under the largest checkpoint that it has cosigned; null if none is known. */
  readonly size?: Maybe<Scalars['BigInt']['output']>;
  /** When it cosigned that, by its clock. */
  readonly time?: Maybe<Scalars['DateTime']['output']>;
  /** What it has cosigned against this node's log, or against what it cosigned before; null if nothing is known. */
  readonly contradiction?: Maybe<Contradiction>;
};

/** A checkpoint of another history, which an honest validator never cosigns. */
export type Contradiction = {
  readonly __typename?: 'Contradiction';
  /** Number of headers under it. */
  readonly size: Scalars['BigInt']['output'];
  /** Its root. */
  readonly root: Scalars['Hash']['output'];
};

/** Whether a node works as it should. */
export type NodeState =
  /** It takes part: it accepts actions, and a validator votes. */
  | 'READY'
  /** It is behind the others, and fetches their blocks. */
  | 'SYNCING'
  /** It asks the others what it has signed. */
  | 'RECOVERING'
  /** Its database does not answer. */
  | 'PAUSED'
  /** The clocks of its peers differ from its own by more than the chain allows. */
  | 'CLOCK_OFF';

/** A peer that a node is connected to. */
export type ConnectedPeer = {
  readonly __typename?: 'ConnectedPeer';
  /** Name, from genesis or from the list of peers. */
  readonly name: Scalars['String']['output'];
  /** True for a validator, false for an observer. */
  readonly validator: Scalars['Boolean']['output'];
  /** Height of its last final block, as reported by the peer. */
  readonly height?: Maybe<Scalars['BigInt']['output']>;
  /** Software version. */
  readonly software: Scalars['String']['output'];
};

/** Limits of this server. What exceeds one of them is refused with a code. A client is an IP address, or the /64 network of an IPv6 address. */
export type ServiceLimits = {
  readonly __typename?: 'ServiceLimits';
  /** Items per page. More are PAGE_TOO_LARGE. */
  readonly pageSize: Scalars['Int']['output'];
  /** Depth of nested fields. More is QUERY_TOO_DEEP. */
  readonly depth: Scalars['Int']['output'];
  /**
   * Cost of an operation: 200, and the weight of each field (see `@cost`), multiplied by the sizes of the pages that contain it. More is
   * QUERY_TOO_COSTLY. The cost of an operation is in `extensions.cost` of its answer.
   */
  readonly cost: Scalars['Int']['output'];
  /**
   * Cost that a client can save up. Each operation, and each event of a subscription, is paid for from it; what is left is in
   * `extensions.costLeft`. An operation that costs more than what is left is TOO_MANY_REQUESTS, with the time to wait in `retryAfterMs`.
   */
  readonly bucket: Scalars['Int']['output'];
  /** Cost that a client gets per second, until its bucket is full. */
  readonly refillPerSecond: Scalars['Int']['output'];
  /** Aliases per document. More are TOO_MANY_ALIASES. */
  readonly aliases: Scalars['Int']['output'];
  /** Tokens per document. More are TOO_MANY_TOKENS. */
  readonly tokens: Scalars['Int']['output'];
  /** Operations per document. More are QUERY_TOO_COSTLY. */
  readonly operations: Scalars['Int']['output'];
  /** Bytes per request body. More are BODY_TOO_LARGE. */
  readonly bodyBytes: Scalars['Int']['output'];
  /** Levels of lists and objects inside one argument or variable. More are INPUT_TOO_DEEP. */
  readonly inputDepth: Scalars['Int']['output'];
  /** Bytes per answer over HTTP, as JSON and before compression. More are RESPONSE_TOO_LARGE. */
  readonly responseBytes: Scalars['Int']['output'];
  /** Bytes per event of a subscription, and per answer over WebSocket. More are RESPONSE_TOO_LARGE. */
  readonly eventBytes: Scalars['Int']['output'];
  /** Hops per page of a trace. */
  readonly traceHops: Scalars['Int']['output'];
  /** Hops along one path of a trace. */
  readonly traceDepth: Scalars['Int']['output'];
  /** Records that all traces of a request may look up together. */
  readonly traceRecords: Scalars['Int']['output'];
  /** Hops of a trace that a subscription can follow. */
  readonly liveHops: Scalars['Int']['output'];
  /** Queries that run and wait. More are TOO_MANY_REQUESTS. */
  readonly executions: ExecutionLimits;
  /** Mutations of a client that run at a time; one that waits for a block counts as well. */
  readonly submissionsPerClient: Scalars['Int']['output'];
  /** Mutations of all clients that run at a time. */
  readonly submissionsInAll: Scalars['Int']['output'];
  /** Requested proofs that wait for a prover, of all clients. */
  readonly requestedProofs: Scalars['Int']['output'];
  /** Requested proofs that wait for a prover, per client. */
  readonly requestedProofsPerClient: Scalars['Int']['output'];
  /** Subscriptions per WebSocket connection. */
  readonly subscriptions: Scalars['Int']['output'];
  /** Blocks that a subscription replays after its `after`. */
  readonly replayBlocks: Scalars['Int']['output'];
  /** Records, or batches, that a subscription replays after its `after`. */
  readonly replayRecords: Scalars['Int']['output'];
  /** Subscriptions per client. */
  readonly subscriptionsPerClient: Scalars['Int']['output'];
  /** Subscriptions of all clients. */
  readonly subscriptionsInAll: Scalars['Int']['output'];
  /** Bytes that the documents and variables of a client's subscriptions take, estimated. More are TOO_MANY_REQUESTS. */
  readonly subscriptionBytesPerClient: Scalars['Int']['output'];
  /** The same of all clients. */
  readonly subscriptionBytesInAll: Scalars['Int']['output'];
  /** WebSocket connections per client. */
  readonly socketsPerClient: Scalars['Int']['output'];
  /** WebSocket connections of all clients. */
  readonly socketsInAll: Scalars['Int']['output'];
  /** TCP connections per client. Trusted proxies may have more. */
  readonly connectionsPerClient: Scalars['Int']['output'];
  /** TCP connections of all clients. */
  readonly connectionsInAll: Scalars['Int']['output'];
  /** Clients that have an account of their own at a time. Further ones share one. */
  readonly clients: Scalars['Int']['output'];
  /** Milliseconds per query, without the time that it waits for its turn, which is bounded by as much. More are TIMEOUT. */
  readonly timeoutMs: Scalars['Int']['output'];
  /** Milliseconds that `wait: FINAL` waits before it answers TIMEOUT. */
  readonly waitMs: Scalars['Int']['output'];
};

/**
 * Queries that run and wait at a time. They run in turns between clients. Those that cost more than `heavyAbove`, and traces, may use half of each
 * bound, so that cheap ones do not wait behind them.
 */
export type ExecutionLimits = {
  readonly __typename?: 'ExecutionLimits';
  /** Queries that run at a time. */
  readonly running: Scalars['Int']['output'];
  /** Queries of one client that run at a time. */
  readonly runningPerClient: Scalars['Int']['output'];
  /** Queries that wait for their turn. */
  readonly waiting: Scalars['Int']['output'];
  /** Queries of one client that wait. */
  readonly waitingPerClient: Scalars['Int']['output'];
  /** Cost above which a query counts as one that takes long. */
  readonly heavyAbove: Scalars['Int']['output'];
};

/** A verification key that genesis pins. */
export type VerificationKey = {
  readonly __typename?: 'VerificationKey';
  /** Name of the circuit: `batch-B-DEPTH`. */
  readonly circuit: Scalars['String']['output'];
  /** Whether the key comes from a development setup or a trusted setup. */
  readonly kind: ProvingKeyKind;
  /** vkHash: SHA-256 of the key's binary encoding. */
  readonly hash: Scalars['Hash']['output'];
  /** The key in snarkjs's format, to be checked by `hash`; null if this server does not have it. */
  readonly json?: Maybe<Scalars['JSON']['output']>;
};

/** Origin of a proving key. */
export type ProvingKeyKind =
  /** A development key. Its secrets are public, so anyone can forge proofs; its proofs prove nothing to others. */
  | 'DEVELOPMENT'
  /** A key from a trusted setup whose phase 2 was verified. */
  | 'PRODUCTION';

/** A final block. */
export type Block = Node & {
  readonly __typename?: 'Block';
  /** Id of the object, for `Query.node`. */
  readonly id: Scalars['ID']['output'];
  /** Height; genesis has height 0. */
  readonly height: Scalars['BigInt']['output'];
  /** SHA-256 of the header. */
  readonly hash: Scalars['Hash']['output'];
  /** The consensus view in which the block was proposed. */
  readonly view: Scalars['BigInt']['output'];
  /** The era of the block. */
  readonly era: Scalars['BigInt']['output'];
  /** When the era of the block was due. */
  readonly timestamp: Scalars['DateTime']['output'];
  /** Hash of the parent; zeros for genesis. */
  readonly parentHash: Scalars['Hash']['output'];
  /** The validator that proposed the block; null for genesis. */
  readonly proposer?: Maybe<Validator>;
  /** Root of the state tree after the parent. The root after this block is in the next header. */
  readonly stateRoot: Scalars['Hash']['output'];
  /** Root of the history tree after the parent. */
  readonly historyRoot: Scalars['Hash']['output'];
  /** Root over the headers of all blocks before this one (PROTOCOL.md, "Log of headers"). */
  readonly logRoot: Scalars['Hash']['output'];
  /** The encoded header, in hexadecimal; it is what is hashed and voted for (PROTOCOL.md, "Blocks"). */
  readonly header: Scalars['String']['output'];
  /**
   * The certificate that made the block final, in hexadecimal (PROTOCOL.md, "Certificates"). It is the block's own final
   * certificate, or that of a descendant that became final together with it. Null for genesis.
   */
  readonly certificate?: Maybe<Scalars['String']['output']>;
  /** Position of the block's first record. */
  readonly position: Scalars['BigInt']['output'];
  /** Number of records in the block. */
  readonly transferCount: Scalars['Int']['output'];
  /** The records in order. */
  readonly transfers: TransferConnection;
  /** The batches that contain the block's records. */
  readonly batches: BatchConnection;
};


/** A final block. */
export type BlockTransfersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  order?: InputMaybe<ListOrder>;
};


/** A final block. */
export type BlockBatchesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  order?: InputMaybe<ListOrder>;
};

/** An action: a transfer of any kind, or the registration of an asset. Once it is final, it is a record of the history. */
export type Transfer = Node & {
  readonly __typename?: 'Transfer';
  /** Id of the object, for `Query.node`. */
  readonly id: Scalars['ID']['output'];
  /** The hash that was signed: transferHash, or registerHash for a registration. */
  readonly hash: Scalars['Hash']['output'];
  /** What the action does. */
  readonly kind: TransferKind;
  /** Whether the action is in a final block. */
  readonly status: TransferStatus;
  /** Height of the block that contains it; null while pending. */
  readonly height?: Maybe<Scalars['BigInt']['output']>;
  /** The block that contains it; null while pending. */
  readonly block?: Maybe<Block>;
  /** When the era of its block was due; null while pending. */
  readonly timestamp?: Maybe<Scalars['DateTime']['output']>;
  /** Position of the record in the history; null while pending. */
  readonly position?: Maybe<Scalars['BigInt']['output']>;
  /** The sender: `MINT` for an issue, `RETIRED` for a reinstatement, the issuer for a registration. */
  readonly from: Account;
  /** The receiver: `RETIRED` for a retirement, `MINT` for a registration. */
  readonly to: Account;
  /** The asset. Null for a pending registration. */
  readonly asset?: Maybe<Asset>;
  /**
   * Number of units that move; 0 for a registration, which moves none. The record of a registration has the cap in this place
   * (PROTOCOL.md, "Registration"): `asset.cap`.
   */
  readonly amount: Scalars['BigInt']['output'];
  /** The sender's outTotal before the transfer. It is the nonce, and the sender's coordinate of the first unit that moves. */
  readonly fromStart: Scalars['BigInt']['output'];
  /** The receiver's inTotal before the transfer, which is the receiver's coordinate of the first unit that moves. Null while pending. */
  readonly toStart?: Maybe<Scalars['BigInt']['output']>;
  /** The first era that the action may enter. */
  readonly era: Scalars['BigInt']['output'];
  /** A field element chosen by the signer; zeros if there is none. */
  readonly memo: Scalars['Hash']['output'];
  /** Text that accompanied the action and is not signed; null if there is none or it was deleted. */
  readonly note?: Maybe<Scalars['String']['output']>;
  /** Whether the memo is the hash of the note; null without a note. */
  readonly noteMatches?: Maybe<Scalars['Boolean']['output']>;
  /** True if no batch proof checks the signature (RSA keys, genesis); the validators vouch for such a record. */
  readonly attested: Scalars['Boolean']['output'];
  /** Kind of the signer's key; null for genesis records. */
  readonly keyKind?: Maybe<KeyKind>;
  /** The signer's public key in hexadecimal; null for genesis records. */
  readonly publicKey?: Maybe<Scalars['String']['output']>;
  /** The signature in hexadecimal; null for genesis records. */
  readonly signature?: Maybe<Scalars['String']['output']>;
  /** The batch that contains the record; null while pending. */
  readonly batch?: Maybe<Batch>;
  /**
   * If the memo has the form of a reservation, and the chain provides for them: when a registration may use it. The signer's newest 8 count, and only if
   * it had registered an asset before (PROTOCOL.md, "Reservations"). Null for other memos, and while pending.
   */
  readonly reservation?: Maybe<Reservation>;
  /** The asset that was made from this retirement; null if there is none. */
  readonly usedBy?: Maybe<Asset>;
  /** Number of units that the sender's holding had after the transfer. Null while pending, and for a registration, which moves no units of its sender. */
  readonly fromBalanceAfter?: Maybe<Scalars['BigInt']['output']>;
  /** Number of units that the receiver's holding had after the transfer: the cap for a registration. Null while pending. */
  readonly toBalanceAfter?: Maybe<Scalars['BigInt']['output']>;
};

/** What an action does. */
export type TransferKind =
  /** Registers an asset and opens its mint holding. */
  | 'REGISTER'
  /** Moves units from the mint to a holder; signed by the issuer. */
  | 'ISSUE'
  /** Moves units from one holder to another. */
  | 'TRANSFER'
  /** Takes units of a holder out of circulation. */
  | 'RETIRE'
  /** Brings retired units back into circulation, if the definition allows it; signed by the issuer. */
  | 'REINSTATE';

/** Whether an action is final. */
export type TransferStatus =
  /** Waiting in the pool of this server's node. */
  | 'PENDING'
  /** In a final block. */
  | 'FINAL';

/** Kind of a key. */
export type KeyKind =
  /** EdDSA-Poseidon on BabyJubJub; batch proofs check its signatures. */
  | 'EDDSA'
  /** RSA-PSS with SHA-256; only the validators check its signatures. */
  | 'RSA';

/** Conditions for records. A record must meet all conditions that are given. */
export type TransferFilter = {
  /** Address of the sender or the receiver. */
  readonly account?: InputMaybe<Scalars['String']['input']>;
  /** Address of the sender. */
  readonly from?: InputMaybe<Scalars['String']['input']>;
  /** Address of the receiver. */
  readonly to?: InputMaybe<Scalars['String']['input']>;
  /** Asset code. */
  readonly asset?: InputMaybe<Scalars['String']['input']>;
  /** What the action does. */
  readonly kind?: InputMaybe<TransferKind>;
  /** Addresses, at most 20: the sender or the receiver is one of them. */
  readonly accounts?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Asset codes, at most 20: the asset is one of them. */
  readonly assets?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** The action does one of these. */
  readonly kinds?: InputMaybe<ReadonlyArray<TransferKind>>;
  /** Memo, 64 hexadecimal digits. */
  readonly memo?: InputMaybe<Scalars['String']['input']>;
  /** Lowest height. */
  readonly heightFrom?: InputMaybe<Scalars['BigInt']['input']>;
  /** Highest height. */
  readonly heightTo?: InputMaybe<Scalars['BigInt']['input']>;
  /** Earliest time of the block (`timestamp`). */
  readonly timeFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Latest time of the block; a record at this time is included. */
  readonly timeTo?: InputMaybe<Scalars['DateTime']['input']>;
};

/** The actions that wait to enter a block, in the pool of this server's node. */
export type Pool = {
  readonly __typename?: 'Pool';
  /** Number of waiting actions. */
  readonly size: Scalars['Int']['output'];
  /** Bytes of all waiting actions. */
  readonly bytes: Scalars['BigInt']['output'];
  /** Limits of the pool. */
  readonly limits: PoolLimits;
  /** Lowest era of a waiting action; null if the pool is empty. */
  readonly oldestEra?: Maybe<Scalars['BigInt']['output']>;
  /** The waiting actions in order of arrival. `totalCount` is the pool's size. */
  readonly pending: TransferConnection;
};


/** The actions that wait to enter a block, in the pool of this server's node. */
export type PoolPendingArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Limits of the pool, from genesis. */
export type PoolLimits = {
  readonly __typename?: 'PoolLimits';
  /** Actions. */
  readonly entries: Scalars['Int']['output'];
  /** Bytes. */
  readonly bytes: Scalars['BigInt']['output'];
  /** Actions per signer. */
  readonly perSigner: Scalars['Int']['output'];
};

/** An account stands for a public key; it exists once it has held an asset. */
export type Account = Node & {
  readonly __typename?: 'Account';
  /** Id of the object, for `Query.node`. */
  readonly id: Scalars['ID']['output'];
  /** Address: bech32m with the prefix `inp`. */
  readonly address: Scalars['String']['output'];
  /** The account itself: a field element. */
  readonly accountId: Scalars['Hash']['output'];
  /**
   * A name that this server knows for the account; `MINT` or `RETIRED` for the two accounts that belong to no key. The name is
   * not part of the ledger, and nothing vouches for it. Control characters and bidirectional controls in
   * it are written as their numbers.
   */
  readonly name?: Maybe<Scalars['String']['output']>;
  /** Its holdings in order of first receipt. */
  readonly holdings: HoldingConnection;
  /** Its records per hour or day, by kind, also of intervals without any. Not for `MINT` and `RETIRED`. */
  readonly activity: ReadonlyArray<Activity>;
  /**
   * The waiting actions of the server's node in which the account is sender or receiver, in order of arrival: those of now, whatever block
   * the answer is as of. Null while the node does not answer.
   */
  readonly pending?: Maybe<TransferConnection>;
  /** Records in which the account is sender or receiver, in order of position. */
  readonly transfers: TransferConnection;
};


/** An account stands for a public key; it exists once it has held an asset. */
export type AccountHoldingsArgs = {
  empty?: Scalars['Boolean']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  order?: InputMaybe<ListOrder>;
};


/** An account stands for a public key; it exists once it has held an asset. */
export type AccountActivityArgs = {
  by?: ActivityInterval;
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
};


/** An account stands for a public key; it exists once it has held an asset. */
export type AccountPendingArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** An account stands for a public key; it exists once it has held an asset. */
export type AccountTransfersArgs = {
  filter?: InputMaybe<TransferFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  order?: InputMaybe<ListOrder>;
};

/** How units are kept apart from others: models of custody, in the words of UNTP. */
export type CustodyModel =
  /** Each lot is kept apart from all others. */
  | 'IDENTITY_PRESERVED'
  /** Units may be mixed with others of the same kind and origin. */
  | 'SEGREGATED'
  /** Units may be mixed with anything; only amounts are accounted for. */
  | 'MASS_BALANCE';

/** An asset: something that can be held. */
export type Asset = Node & {
  readonly __typename?: 'Asset';
  /** Id of the object, for `Query.node`. */
  readonly id: Scalars['ID']['output'];
  /** Human-readable code, unique on the chain. */
  readonly code: Scalars['String']['output'];
  /** Hash of the definition; transfers refer to the asset by it. */
  readonly assetId: Scalars['Hash']['output'];
  /** Name given by the issuer. */
  readonly name: Scalars['String']['output'];
  /** Total number of units. The balances of the mint, all holders and the retired units always add up to it. */
  readonly cap: Scalars['BigInt']['output'];
  /** Number of decimal places for displaying amounts. */
  readonly decimals: Scalars['Int']['output'];
  /** Whether the cap is 1. */
  readonly unique: Scalars['Boolean']['output'];
  /** Whether the issuer may reinstate retired units. */
  readonly reinstatable: Scalars['Boolean']['output'];
  /** How the issuer says that the units are kept apart from others; null if it says nothing. Nothing checks it. */
  readonly custody?: Maybe<CustodyModel>;
  /** The account that registered the asset and issues its units. */
  readonly issuer: Account;
  /** Number of units issued so far. */
  readonly issued: Scalars['BigInt']['output'];
  /** Number of units that are retired now. */
  readonly retired: Scalars['BigInt']['output'];
  /** The units that are not issued yet: the holding of `MINT`. */
  readonly mintHolding: Holding;
  /** The units that are retired: the holding of `RETIRED`. Null if none was ever retired. */
  readonly retiredHolding?: Maybe<Holding>;
  /** Further statements of the issuer: an object of strings. */
  readonly metadata: Scalars['JSON']['output'];
  /** The whole definition as it was signed. `assetId` commits to its canonical form. */
  readonly definition: Scalars['JSON']['output'];
  /** The retirements that this asset was made from. Traces continue through them. */
  readonly madeFrom: ReadonlyArray<Transfer>;
  /** The registration of the asset. */
  readonly registration?: Maybe<Transfer>;
  /**
   * The holders of the asset, largest balance first (of equal ones, the holding that was opened last). `MINT` and `RETIRED` are no holders.
   * `totalCount` is their number. All pages are as of the block of the first one. Of an asset with more than 20,000 holders in its time,
   * the list is known as of blocks that at most 10,000 of its records came after: earlier, it is NOT_AVAILABLE inside `at`, and a cursor is a
   * BAD_CURSOR with the reason `age`.
   */
  readonly holders: HoldingConnection;
  /**
   * The holdings of the asset in order of first receipt, without those of `MINT` and `RETIRED` (see `mintHolding` and
   * `retiredHolding`).
   */
  readonly holdings: HoldingConnection;
  /** Its records per hour or day, by kind, and the units that they moved, also of intervals without any. */
  readonly activity: ReadonlyArray<Activity>;
  /** The records of the asset in order of position, including its registration. */
  readonly transfers: TransferConnection;
};


/** An asset: something that can be held. */
export type AssetHoldersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** An asset: something that can be held. */
export type AssetHoldingsArgs = {
  empty?: Scalars['Boolean']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  order?: InputMaybe<ListOrder>;
};


/** An asset: something that can be held. */
export type AssetActivityArgs = {
  by?: ActivityInterval;
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
};


/** An asset: something that can be held. */
export type AssetTransfersArgs = {
  filter?: InputMaybe<TransferFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  order?: InputMaybe<ListOrder>;
};

/** Conditions for assets. An asset must meet all conditions that are given. */
export type AssetFilter = {
  /** Address of the issuer. */
  readonly issuer?: InputMaybe<Scalars['String']['input']>;
  /** Asset codes, at most 100: assets with one of them. Codes that no asset has are left out. */
  readonly codes?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Prefix of the asset code. */
  readonly codePrefix?: InputMaybe<Scalars['String']['input']>;
  /** True for assets whose cap is 1, false for all others. */
  readonly unique?: InputMaybe<Scalars['Boolean']['input']>;
};

/** One account's units of one asset, as of one block. */
export type Holding = Node & {
  readonly __typename?: 'Holding';
  /** Id of the object, for `Query.node`. */
  readonly id: Scalars['ID']['output'];
  /** Address of the account. */
  readonly address: Scalars['String']['output'];
  /** The account. */
  readonly account: Account;
  /** The asset. */
  readonly asset: Asset;
  /** Number of units held: inTotal - outTotal. */
  readonly balance: Scalars['BigInt']['output'];
  /** Number of units ever received. */
  readonly inTotal: Scalars['BigInt']['output'];
  /** Number of units ever sent. Units leave a holding in the order in which they arrived. */
  readonly outTotal: Scalars['BigInt']['output'];
  /** The `fromStart` that the next transfer of this holding must have, taking the waiting actions in the pool of this server's node into account. */
  readonly nextStart: Scalars['BigInt']['output'];
  /** Index of the holding's leaf in the state tree; null if the account never held the asset. */
  readonly index?: Maybe<Scalars['BigInt']['output']>;
  /** Height of the block after which the counters have these values. */
  readonly height: Scalars['BigInt']['output'];
};

/** The units of a certificate, and the direction. */
export type CertificateInput = {
  /** The units to begin with. */
  readonly start: TraceStart;
  /** Backward to the issue, or forward to the holders. */
  readonly direction?: InputMaybe<TraceDirection>;
  /** The first unit; 0 by default. It counts as in `TraceInput`. */
  readonly offset?: InputMaybe<Scalars['BigInt']['input']>;
  /** Number of units; by default all units from `offset` on. */
  readonly length?: InputMaybe<Scalars['BigInt']['input']>;
  /**
   * Height as of which it is made: at least one final block has come after it. By default, the height before the newest final block with a
   * certificate of its own; inside `at`, the height there. What needs the counters of holdings is NOT_AVAILABLE beyond 20,000 later
   * records, which count as records that the request looked up (`traceRecords`).
   */
  readonly atHeight?: InputMaybe<Scalars['BigInt']['input']>;
};

/** Where units came from, or where they went, as a document that checks itself (PROTOCOL.md, "Certificates of origin"). */
export type Certificate = {
  readonly __typename?: 'Certificate';
  /** The document: canonical JSON (RFC 8785) of type `application/vnd.inpigritas.certificate+json; version=1`. Store these very characters. */
  readonly json: Scalars['String']['output'];
  /** SHA-256 of the document's UTF-8. */
  readonly sha256: Scalars['Hash']['output'];
  /** Height as of which it was made. */
  readonly height: Scalars['BigInt']['output'];
  /**
   * Number of records in it: no more than a request may look up (`service.limits.traceRecords`). A certificate that takes more of them, from
   * which more than 250,000 hops follow, or which would have more than 64 MiB, is QUERY_TOO_COSTLY: ask for fewer units, for those of an address or a
   * transfer, or as of an earlier height.
   */
  readonly records: Scalars['Int']['output'];
};

/** The units to trace, and the direction. */
export type TraceInput = {
  /** The units to begin with. */
  readonly start: TraceStart;
  /** Backward to the issue, or forward to the holders. */
  readonly direction?: InputMaybe<TraceDirection>;
  /**
   * The first unit to trace; 0 by default. For a holding, BACKWARD counts the balance from its oldest unit (0 is the next one to
   * leave), and FORWARD counts all units ever received. For an asset, it is a serial: the unit's place in the order of
   * issue. For a transfer, it counts from the first unit that moved.
   */
  readonly offset?: InputMaybe<Scalars['BigInt']['input']>;
  /** Number of units to trace; by default all units from `offset` on. */
  readonly length?: InputMaybe<Scalars['BigInt']['input']>;
  /** Height of the block that the trace, and everything in it, is read as of; the newest final block by default. The same as a trace inside `at`. */
  readonly atHeight?: InputMaybe<Scalars['BigInt']['input']>;
  /** Maximum number of hops along one path; by default the server's limit. */
  readonly maxDepth?: InputMaybe<Scalars['Int']['input']>;
  /** Number of hops on this page: 200 by default, at most 1,000. A page has fewer if it is the last, or if it used up `traceRecords`. */
  readonly first?: InputMaybe<Scalars['Int']['input']>;
  /** `endCursor` of the previous page. */
  readonly after?: InputMaybe<Scalars['String']['input']>;
};

/** The units that a trace begins with: exactly one of these. */
export type TraceStart =
  /** All units of the asset with this code that were ever issued. */
  { readonly asset: Scalars['String']['input']; readonly holding?: never; readonly transfer?: never; }
  |  /** The units that a holding has (BACKWARD), or all units that it ever received (FORWARD). */
  { readonly asset?: never; readonly holding: HoldingKey; readonly transfer?: never; }
  |  /** The units that moved in the transfer with this hash. */
  { readonly asset?: never; readonly holding?: never; readonly transfer: Scalars['String']['input']; };

/** What names a holding. */
export type HoldingKey = {
  /** Address of the account. */
  readonly address: Scalars['String']['input'];
  /** Asset code. */
  readonly asset: Scalars['String']['input'];
};

/** Direction of a trace. */
export type TraceDirection =
  /** Backward to where the units were issued. */
  | 'BACKWARD'
  /** Forward to the current holders of the units. */
  | 'FORWARD';

/** A page of a trace. */
export type Trace = {
  readonly __typename?: 'Trace';
  /** Height of the block that the trace is read as of. */
  readonly height: Scalars['BigInt']['output'];
  /**
   * The hops on this page: first those of the traced units themselves, then those behind each asset through whose `madeFrom` the trace
   * leads. Each of these groups is ordered by (unit, depth), so that each path begins with its nearest hop.
   */
  readonly hops: ReadonlyArray<Hop>;
  /** Where the units on this page were issued, in the same order. */
  readonly origins: ReadonlyArray<Origin>;
  /** Who holds the units on this page: one entry per address and asset. */
  readonly holders: ReadonlyArray<Holder>;
  /** True if the trace is incomplete: there are further pages, or paths were cut off, at `maxDepth` or at a bound of the server. */
  readonly truncated: Scalars['Boolean']['output'];
  /** Cursor for the next page; null on the last page. If `truncated` is true on the last page, paths were cut off. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
};

/** What one block added to a live trace. The first update has the whole trace. */
export type TraceUpdate = {
  readonly __typename?: 'TraceUpdate';
  /** Height of the block. */
  readonly height: Scalars['BigInt']['output'];
  /** The new hops. */
  readonly hops: ReadonlyArray<Hop>;
  /** The new origins. */
  readonly origins: ReadonlyArray<Origin>;
  /** All holders of the traced units after this block. */
  readonly holders: ReadonlyArray<Holder>;
};

/** One step of a trace: a transfer in which traced units moved. */
export type Hop = {
  readonly __typename?: 'Hop';
  /** The transfer. */
  readonly transfer: Transfer;
  /** Number of traced units that moved in it. They are contiguous. */
  readonly length: Scalars['BigInt']['output'];
  /**
   * The first of these units. Where `behind` is null, it is counted as `offset` counts in the request. Behind an asset, BACKWARD counts
   * the units of the retirements that the asset was made from, one after the other, and FORWARD counts the serials of the asset.
   */
  readonly unit: Scalars['BigInt']['output'];
  /** Number of hops from the start; the nearest hop has depth 1. */
  readonly depth: Scalars['Int']['output'];
  /** The asset through whose `madeFrom` the trace came here; null before the first one. Hops behind the same asset are listed together. */
  readonly behind?: Maybe<Asset>;
};

/** An origin: where traced units were issued. */
export type Origin = {
  readonly __typename?: 'Origin';
  /** The issue. */
  readonly transfer: Transfer;
  /** Number of traced units. */
  readonly length: Scalars['BigInt']['output'];
  /** Serial of the first unit: its place in the order of issue of its asset. */
  readonly serialFrom: Scalars['BigInt']['output'];
  /** The retirements that the asset was made from. The trace continues through them. */
  readonly madeFrom: ReadonlyArray<Transfer>;
};

/** A holder of traced units. */
export type Holder = {
  readonly __typename?: 'Holder';
  /** Address of the holder. */
  readonly address: Scalars['String']['output'];
  /** The account of the holder. */
  readonly account: Account;
  /** The asset: the requested one, or one that was made from it. */
  readonly asset: Asset;
  /** Number of traced units that the holder has. */
  readonly length: Scalars['BigInt']['output'];
};

/** The records at positions [index * size, (index + 1) * size). One proof proves one batch. */
export type Batch = Node & {
  readonly __typename?: 'Batch';
  /** Id of the object, for `Query.node`. */
  readonly id: Scalars['ID']['output'];
  /** Index of the batch. Batch 0 begins with the first record of genesis. */
  readonly index: Scalars['BigInt']['output'];
  /** Number of records in a full batch. */
  readonly size: Scalars['Int']['output'];
  /** Number of records in this batch now. Empty positions after the genesis records are not counted. */
  readonly count: Scalars['Int']['output'];
  /** Whether the batch is full. A full batch never changes. */
  readonly full: Scalars['Boolean']['output'];
  /** State of the proof. */
  readonly status: BatchStatus;
  /** What the prover is doing; null unless the status is PROVING. */
  readonly stage?: Maybe<ProvingStage>;
  /** How far the prover is with the stage, from 0 to 1; null if it does not say. */
  readonly progress?: Maybe<Scalars['Float']['output']>;
  /** Why the last attempt failed; null if none did. */
  readonly failure?: Maybe<Scalars['String']['output']>;
  /** The Groth16 proof in snarkjs's format; null until there is one. Verify it with `Service.verificationKeys`. */
  readonly proof?: Maybe<Scalars['JSON']['output']>;
  /** The proof's public signals in snarkjs's format: chainId, index, stateRootBefore, stateRootAfter, recordsRoot, proven + 2^32 * attested, dataPoint, dataValue. */
  readonly publicSignals?: Maybe<Scalars['JSON']['output']>;
  /** When the proof was accepted; null until there is one. */
  readonly provedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Seconds that proving took, as reported by the prover; null until there is a proof. */
  readonly proofSeconds?: Maybe<Scalars['Float']['output']>;
  /** The software that computed the proof, as reported by the prover; null until there is a proof. */
  readonly backend?: Maybe<ProofBackend>;
  /** Kind of the chain's key. A proof under a development key proves nothing to others. */
  readonly keyKind: ProvingKeyKind;
  /** The history tree's node over the records of this batch; empty positions are 0. */
  readonly recordsRoot: Scalars['Hash']['output'];
  /** What the proof is about, in hexadecimal: seven words of 32 bytes for each record of the batch now, from which anyone computes the state after it. */
  readonly data: Scalars['String']['output'];
  /** Number of records whose signature the proof checks (EdDSA keys). */
  readonly proven: Scalars['Int']['output'];
  /** Number of records whose signature the proof does not check (RSA keys, genesis); the validators vouch for them. */
  readonly attested: Scalars['Int']['output'];
  /** The records in order. */
  readonly transfers: TransferConnection;
};


/** The records at positions [index * size, (index + 1) * size). One proof proves one batch. */
export type BatchRecordsRootArgs = {
  before?: InputMaybe<Scalars['BigInt']['input']>;
};


/** The records at positions [index * size, (index + 1) * size). One proof proves one batch. */
export type BatchTransfersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  order?: InputMaybe<ListOrder>;
};

/** What a prover does with a batch, in this order. */
export type ProvingStage =
  /** It has taken the batch. */
  | 'CLAIMED'
  /** It computes the witness. */
  | 'WITNESS'
  /** It computes the proof. */
  | 'PROOF'
  /** It checks its own proof. */
  | 'VERIFY';

/** Software that computes proofs. */
export type ProofBackend =
  /** The project's own engine, in WebAssembly. */
  | 'ENGINE'
  /** snarkjs, in JavaScript and WebAssembly. */
  | 'SNARKJS'
  /** rapidsnark, in native code. */
  | 'RAPIDSNARK';

/** State of the proof of a batch. */
export type BatchStatus =
  /** A batch of genesis records. It needs no proof, because anyone can compute it from the genesis file. */
  | 'GENESIS'
  /** The tail, which is not full yet. Its proof can be requested, and is replaced by a later proof of more records. */
  | 'WAITING'
  /** Full, and no proof was requested yet. */
  | 'UNPROVEN'
  /** In the provers' queue. */
  | 'QUEUED'
  /** A prover is working on it. */
  | 'PROVING'
  /** The proof was verified and stored. */
  | 'PROVEN'
  /** The last attempt failed, and `failure` says why. It is tried again after a pause. */
  | 'FAILED'
  /** Given up after several attempts; `failure` says why. An operator can requeue it with `ictl prover requeue`. */
  | 'DEAD';

/** The outcome of a submitted action. */
export type SubmitResult = {
  readonly __typename?: 'SubmitResult';
  /** The hash that was signed; null if the input was too malformed to compute it. */
  readonly hash?: Maybe<Scalars['Hash']['output']>;
  /** The outcome. */
  readonly status: SubmitStatus;
  /** Why the action was rejected; null otherwise. */
  readonly rejection?: Maybe<Rejection>;
  /** The action, if it is final or waits in the pool. */
  readonly transfer?: Maybe<Transfer>;
};

/** What a submission waits for. */
export type SubmitWait =
  /** The node has stored the action in its pool. */
  | 'ACCEPTED'
  /** The action is final or has left the pool, or the server's time limit has passed. */
  | 'FINAL';

/** The outcome of a submitted action. */
export type SubmitStatus =
  /** Stored in the pool of this server's node. */
  | 'ACCEPTED'
  /**
   * It waits in the memory of this server's node for actions before it that have not come, and enters the pool after them. `rejection` says what is missing.
   * It is not stored: submit it again until it is ACCEPTED.
   */
  | 'PARKED'
  /** In a final block. */
  | 'FINAL'
  /** Rejected; `rejection` says why. */
  | 'REJECTED'
  /** Its last era has passed, and no block contains it. */
  | 'EXPIRED'
  /**
   * The node's pool was full and dropped it, because its sponsor or its signer held more than others, or because it depended on such an action; or a
   * registration whose reservation is older took its code. It may be submitted again. Another node may still have it, so it may also become final.
   */
  | 'EVICTED'
  /** Its signer put another action that starts at the same unit in its place. `rejection.data.by` is the hash of that one. */
  | 'REPLACED'
  /** Not decided within the server's time limit. The action may still enter a block; query `submission` for the outcome. */
  | 'TIMEOUT';

/** Why an action was rejected. */
export type Rejection = {
  readonly __typename?: 'Rejection';
  /** Stable code for programs. `ictl explain CODE` explains it. */
  readonly code: RejectionCode;
  /** Human-readable message. */
  readonly message: Scalars['String']['output'];
  /** The facts behind the rejection, such as `{ "expected": "5", "got": "3" }`. */
  readonly data: Scalars['JSON']['output'];
};

/**
 * Codes of rejections. They are also in `extensions.code` of GraphQL errors, together with codes of operational failures; docs/errors.md
 * lists all of them. New codes may come with any release.
 */
export type RejectionCode =
  /** The bytes or the JSON do not have the required format. */
  | 'MALFORMED'
  /** The value has exactly one valid encoding, and this is a different one. */
  | 'NOT_CANONICAL'
  /** The input exceeds the limit for its kind. */
  | 'TOO_LARGE'
  /** The number is not a plain decimal within its bounds. */
  | 'BAD_NUMBER'
  /** The text is not an address: inp1 and 58 more characters with a valid checksum. */
  | 'BAD_ADDRESS'
  /** The definition of the asset breaks a rule of its format. */
  | 'BAD_DEFINITION'
  /** The genesis breaks a rule of its format. */
  | 'BAD_GENESIS'
  /** The list of peers breaks a rule of its format. */
  | 'BAD_PEERS'
  /** The note exceeds 4,096 bytes of UTF-8 or contains a character that no text may contain. */
  | 'BAD_NOTE'
  /** The protocol does not allow this public key, or it is not written in its canonical form. */
  | 'BAD_KEY'
  /** The key belongs to another account than the one that must sign. */
  | 'WRONG_SIGNER'
  /** The signature was not made by this key over this action. */
  | 'BAD_SIGNATURE'
  /** The passphrase does not open this key. */
  | 'WRONG_PASSPHRASE'
  /** There is no key with this name. */
  | 'UNKNOWN_KEY'
  /** There is already a key with this name. */
  | 'KEY_EXISTS'
  /** The name of a key has 1 to 64 letters, digits, dots, dashes and underscores, and is not MINT, RETIRED or an address. */
  | 'BAD_NAME'
  /** The action was signed for another chain. */
  | 'WRONG_CHAIN'
  /** The era of the action is not due: it is before the first era that a submission may name, or after the era of the block. */
  | 'ERA_TOO_SOON'
  /** The era of the action is too far ahead. */
  | 'ERA_TOO_FAR'
  /** The action waited longer than its time to live. */
  | 'ERA_EXPIRED'
  /** The account that registered the asset has used up its quota, or all accounts without a quota of their own have used up theirs. */
  | 'QUOTA_EXCEEDED'
  /** The history tree has no leaf left for a new record. */
  | 'HISTORY_FULL'
  /** The signer has opened as many holdings in this block as the limit allows. */
  | 'OPENINGS_LIMIT'
  /** An amount is at least 1 and below 2^112. */
  | 'BAD_AMOUNT'
  /** Sender and receiver are the same account. */
  | 'SELF_TRANSFER'
  /** Nothing can be sent to the mint. */
  | 'TO_MINT'
  /** Units cannot be retired before they are issued. */
  | 'MINT_TO_RETIRED'
  /** No such asset is registered. */
  | 'UNKNOWN_ASSET'
  /** The definition of this asset does not allow retired units to be reinstated. */
  | 'NOT_REINSTATABLE'
  /** The sender has never held this asset. */
  | 'NO_HOLDING'
  /** The action does not start at the sender's next unit: it was applied already, or other actions come first. */
  | 'STALE_START'
  /** The balance is less than the amount. */
  | 'INSUFFICIENT_BALANCE'
  /** The receiver has received as many units of this asset as a holding can count. */
  | 'COUNTER_OVERFLOW'
  /** The genesis of this chain does not let this account register assets. */
  | 'NOT_REGISTRAR'
  /** This exact definition is registered already. */
  | 'ASSET_EXISTS'
  /** Another asset has this code. */
  | 'CODE_TAKEN'
  /** On this chain a code must be reserved before it is registered, and the issuer has no reservation of it with this salt, or it has expired. */
  | 'NOT_RESERVED'
  /** The genesis of this chain does not provide for reservations: codes are registered without. */
  | 'NO_RESERVATIONS'
  /** The registration names an era that is too soon after the reservation of its code. */
  | 'RESERVATION_TOO_SOON'
  /** The definition is made from a transfer that is not a retirement on this chain, or that another asset was already made from. */
  | 'UNKNOWN_RETIREMENT'
  /** The definition is made from units that somebody else retired. */
  | 'FOREIGN_RETIREMENT'
  /** The block does not follow from its parent by the rules. */
  | 'BAD_BLOCK'
  /** The block has more actions than the genesis allows. */
  | 'TOO_MANY_RECORDS'
  /** Another action in the pool already moves the same units. */
  | 'START_TAKEN'
  /** The pool is full, and the sponsor or the signer of the action has its share of it. */
  | 'POOL_FULL'
  /** Its signer put another action that starts at the same unit, with a later era, in its place. */
  | 'REPLACED'
  /** The node cannot accept actions yet. */
  | 'NOT_READY'
  /** The header of the CSV cannot be read, lacks a named column, or has it twice. */
  | 'BAD_HEADER'
  /** The row of the CSV cannot be read. */
  | 'BAD_ROW'
  /** The row moves an asset that was never issued. */
  | 'NOT_ISSUED'
  /** The HTTP or WebSocket request is malformed. */
  | 'BAD_REQUEST'
  /** This method is not allowed here. */
  | 'METHOD_NOT_ALLOWED'
  /** The body of the request has a content type or a content encoding that is not accepted. */
  | 'UNSUPPORTED_MEDIA_TYPE'
  /** The request accepts none of the media types that the answer can have. */
  | 'NOT_ACCEPTABLE'
  /** The headers of the request are larger than allowed. */
  | 'HEADERS_TOO_LARGE'
  /** This server has no document with this hash. */
  | 'PERSISTED_QUERY_NOT_FOUND'
  /** This server runs only the documents of its manifest. */
  | 'UNTRUSTED_DOCUMENT'
  /** The document is not GraphQL. */
  | 'GRAPHQL_PARSE_FAILED'
  /** The document does not fit the schema. */
  | 'GRAPHQL_VALIDATION_FAILED'
  /** The document does not have the operation to run, or does not say which one it is. */
  | 'OPERATION_RESOLUTION_FAILURE'
  /** This server does not describe its schema. */
  | 'INTROSPECTION_OFF'
  /** An argument is missing, out of bounds, or contradicts another. */
  | 'BAD_INPUT'
  /** The cursor is damaged, or comes from another version or another query. */
  | 'BAD_CURSOR'
  /** It does not exist at this height. */
  | 'NOT_FOUND'
  /** This node cannot answer that yet. */
  | 'NOT_AVAILABLE'
  /** No final block has this height yet. */
  | 'HEIGHT_TOO_HIGH'
  /** The subscription would replay more than the server allows. Read what is missing from /export or by queries, and subscribe from there. */
  | 'REPLAY_TOO_LONG'
  /** The block that the request must see did not become final in time. */
  | 'HEIGHT_NOT_REACHED'
  /** The page is longer than allowed. */
  | 'PAGE_TOO_LARGE'
  /** The query nests deeper than allowed. */
  | 'QUERY_TOO_DEEP'
  /** The query could cost more than a single request may. */
  | 'QUERY_TOO_COSTLY'
  /** The query has more aliases than allowed. */
  | 'TOO_MANY_ALIASES'
  /** The query is longer than allowed. */
  | 'TOO_MANY_TOKENS'
  /** The body of the request is larger than allowed. */
  | 'BODY_TOO_LARGE'
  /** There are too many requests or subscriptions at once. */
  | 'TOO_MANY_REQUESTS'
  /** An argument nests lists and objects deeper than allowed. */
  | 'INPUT_TOO_DEEP'
  /** The answer would be larger than allowed: ask for smaller pages or fewer fields. */
  | 'RESPONSE_TOO_LARGE'
  /** The answer did not come in time. */
  | 'TIMEOUT'
  /** The request needs a token, and has none or a wrong one. */
  | 'FORBIDDEN'
  /** The server failed; its log says why. */
  | 'INTERNAL'
  /** There is no webhook with this number. */
  | 'UNKNOWN_WEBHOOK'
  /** There are as many webhooks as a server allows. */
  | 'TOO_MANY_WEBHOOKS'
  /** The proof does not verify. */
  | 'BAD_PROOF'
  /** The public signals are too few, too many, not canonical, or not those of the batch. */
  | 'BAD_SIGNALS'
  /** A point of the proof is not canonical, not on the curve, outside the subgroup, or infinity. */
  | 'BAD_POINTS'
  /** The verification key is damaged or of another kind. */
  | 'BAD_VERIFICATION_KEY'
  /** The verification key is not the one that the chain pins. */
  | 'WRONG_VERIFICATION_KEY'
  /** The verification key comes from a trusted setup without phase 2: anyone can forge proofs under it. */
  | 'NO_PHASE_TWO'
  /** There is no such batch. */
  | 'UNKNOWN_BATCH'
  /** There is no batch left to prove. */
  | 'NOTHING_TO_PROVE';

/** A signed action: one of the two. */
export type SignedActionInput =
  /** A transfer, issue, retirement or reinstatement. */
  { readonly transfer: SignedTransferInput; readonly asset?: never; }
  |  /** The registration of an asset. */
  { readonly transfer?: never; readonly asset: SignedAssetInput; };

/** A transfer (issue, retirement, reinstatement) with its signature. PROTOCOL.md, "Transfers". */
export type SignedTransferInput = {
  /** chainId of the chain, 64 hexadecimal digits. */
  readonly chainId: Scalars['String']['input'];
  /** Address of the sender; `MINT` for an issue, `RETIRED` for a reinstatement. */
  readonly from: Scalars['String']['input'];
  /** Address of the receiver; `RETIRED` for a retirement. */
  readonly to: Scalars['String']['input'];
  /** Id of the asset, 64 hexadecimal digits. It is the id, not the code, that is signed. */
  readonly assetId: Scalars['String']['input'];
  /** Number of units, at least 1 and below 2^112. */
  readonly amount: Scalars['BigInt']['input'];
  /** The `nextStart` of the sender's holding. */
  readonly fromStart: Scalars['BigInt']['input'];
  /** The first era that the action may enter. */
  readonly era: Scalars['BigInt']['input'];
  /** A field element, 64 hexadecimal digits; zeros by default. */
  readonly memo?: InputMaybe<Scalars['String']['input']>;
  /** Kind of the key. */
  readonly keyKind: KeyKind;
  /** The signer's public key in hexadecimal: Ax || Ay for EDDSA, the DER SubjectPublicKeyInfo for RSA. */
  readonly publicKey: Scalars['String']['input'];
  /** The signature in hexadecimal: R8x || R8y || S for EDDSA. */
  readonly signature: Scalars['String']['input'];
  /** Text that accompanies the action, at most 4 KiB. It is stored separately and not signed. */
  readonly note?: InputMaybe<Scalars['String']['input']>;
};

/** The registration of an asset with its signature. PROTOCOL.md, "Registration". */
export type SignedAssetInput = {
  /** chainId of the chain, 64 hexadecimal digits. */
  readonly chainId: Scalars['String']['input'];
  /** The definition as canonical JSON (RFC 8785), which is the text that was hashed and signed. */
  readonly definition: Scalars['String']['input'];
  /** The first era that the action may enter. */
  readonly era: Scalars['BigInt']['input'];
  /** Kind of the key. */
  readonly keyKind: KeyKind;
  /** The issuer's public key in hexadecimal: Ax || Ay for EDDSA, the DER SubjectPublicKeyInfo for RSA. */
  readonly publicKey: Scalars['String']['input'];
  /** The signature in hexadecimal: R8x || R8y || S for EDDSA. */
  readonly signature: Scalars['String']['input'];
  /** Text that accompanies the action, at most 4 KiB. It is stored separately and not signed. */
  readonly note?: InputMaybe<Scalars['String']['input']>;
};

/** Which item of a list is the first. */
export type ListOrder =
  /** The oldest. */
  | 'OLDEST_FIRST'
  /** The newest. */
  | 'NEWEST_FIRST';

/**
 * Position of a page in its list. Cursors are opaque; each one contains the block and the filter that it belongs to.
 *
 * Most lists only grow: blocks, transfers, assets, batches, and the pool. Reading on towards their newest items (`first` and `after`;
 * with NEWEST_FIRST, `last` and `before`) is as of the request's block, so a client that keeps the last `endCursor` gets what has come
 * since. Reading towards their oldest items is as of the cursor's block, so that all pages are one snapshot. The lists of holdings and holders
 * change, because balances do: their pages are as of the cursor's block in both directions.
 */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** Whether there are items after this page; of `batches` with a status, whether there may be. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether there are items before this page; of `batches` with a status, whether there may be. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first item, or with `last`, of where a bounded search stopped; null if there is neither. */
  readonly startCursor?: Maybe<Scalars['String']['output']>;
  /** Cursor of the last item, or with `first`, of where a bounded search stopped; null if there is neither. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
};

/** A page of blocks. */
export type BlockConnection = {
  readonly __typename?: 'BlockConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<BlockEdge>;
  /** The items. */
  readonly nodes: ReadonlyArray<Block>;
  /** Position of the page in the list. */
  readonly pageInfo: PageInfo;
  /** Number of items in all pages; null if no counter exists. */
  readonly totalCount?: Maybe<Scalars['BigInt']['output']>;
  /** Height of the block that the list is read as of: that of the request, or that of a cursor (see `PageInfo`). */
  readonly height: Scalars['BigInt']['output'];
};

/** A block in a page. */
export type BlockEdge = {
  readonly __typename?: 'BlockEdge';
  /** Cursor of the item. */
  readonly cursor: Scalars['String']['output'];
  /** The block. */
  readonly node: Block;
};

/** A page of transfers. */
export type TransferConnection = {
  readonly __typename?: 'TransferConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<TransferEdge>;
  /** The items. */
  readonly nodes: ReadonlyArray<Transfer>;
  /** Position of the page in the list. */
  readonly pageInfo: PageInfo;
  /** Number of items in all pages, from counters; null if no counter exists (combined filters). */
  readonly totalCount?: Maybe<Scalars['BigInt']['output']>;
  /** Height of the block that the list is read as of: that of the request, or that of a cursor (see `PageInfo`). */
  readonly height: Scalars['BigInt']['output'];
};

/** A transfer in a page. */
export type TransferEdge = {
  readonly __typename?: 'TransferEdge';
  /** Cursor of the item. */
  readonly cursor: Scalars['String']['output'];
  /** The transfer. */
  readonly node: Transfer;
};

/** A page of assets. */
export type AssetConnection = {
  readonly __typename?: 'AssetConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<AssetEdge>;
  /** The items. */
  readonly nodes: ReadonlyArray<Asset>;
  /** Position of the page in the list. */
  readonly pageInfo: PageInfo;
  /** Number of items in all pages, from counters; null if no counter exists (filters). */
  readonly totalCount?: Maybe<Scalars['BigInt']['output']>;
  /** Height of the block that the list is read as of: that of the request, or that of a cursor (see `PageInfo`). */
  readonly height: Scalars['BigInt']['output'];
};

/** An asset in a page. */
export type AssetEdge = {
  readonly __typename?: 'AssetEdge';
  /** Cursor of the item. */
  readonly cursor: Scalars['String']['output'];
  /** The asset. */
  readonly node: Asset;
};

/** A page of holdings. */
export type HoldingConnection = {
  readonly __typename?: 'HoldingConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<HoldingEdge>;
  /** The items. */
  readonly nodes: ReadonlyArray<Holding>;
  /** Position of the page in the list. */
  readonly pageInfo: PageInfo;
  /** Number of items in all pages, from counters; null if no counter exists. */
  readonly totalCount?: Maybe<Scalars['BigInt']['output']>;
  /** Height of the block that the list is read as of: that of the request, or that of a cursor (see `PageInfo`). */
  readonly height: Scalars['BigInt']['output'];
};

/** A holding in a page. */
export type HoldingEdge = {
  readonly __typename?: 'HoldingEdge';
  /** Cursor of the item. */
  readonly cursor: Scalars['String']['output'];
  /** The holding. */
  readonly node: Holding;
};

/** A page of batches. */
export type BatchConnection = {
  readonly __typename?: 'BatchConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<BatchEdge>;
  /** The items. */
  readonly nodes: ReadonlyArray<Batch>;
  /** Position of the page in the list. */
  readonly pageInfo: PageInfo;
  /** Number of items in all pages; null if no counter exists (a status other than GENESIS and WAITING). */
  readonly totalCount?: Maybe<Scalars['BigInt']['output']>;
  /** Height of the block that the list is read as of: that of the request, or that of a cursor (see `PageInfo`). */
  readonly height: Scalars['BigInt']['output'];
};

/** A batch in a page. */
export type BatchEdge = {
  readonly __typename?: 'BatchEdge';
  /** Cursor of the item. */
  readonly cursor: Scalars['String']['output'];
  /** The batch. */
  readonly node: Batch;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  BigInt: ResolverTypeWrapper<Scalars['BigInt']['output']>;
  Hash: ResolverTypeWrapper<Scalars['Hash']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Node: ResolverTypeWrapper<NodeModel>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  BlockBy: BlockBy;
  AssetBy: AssetBy;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SearchResult: ResolverTypeWrapper<Omit<SearchResult, 'node'> & { node: ResolversTypes['Node'] }>;
  SearchMatch: SearchMatch;
  Chain: ResolverTypeWrapper<ChainModel>;
  Evidence: ResolverTypeWrapper<Evidence>;
  EvidenceKind: EvidenceKind;
  ReservationRules: ResolverTypeWrapper<ReservationRules>;
  Reservation: ResolverTypeWrapper<Reservation>;
  Validator: ResolverTypeWrapper<Validator>;
  Activity: ResolverTypeWrapper<Activity>;
  Budget: Budget;
  Quota: ResolverTypeWrapper<Quota>;
  ActivityInterval: ActivityInterval;
  ChainCounts: ResolverTypeWrapper<ChainCounts>;
  Service: ResolverTypeWrapper<ServiceModel>;
  Proving: ResolverTypeWrapper<Proving>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  Prover: ResolverTypeWrapper<Prover>;
  NodeStatus: ResolverTypeWrapper<NodeStatus>;
  FinalityTimes: ResolverTypeWrapper<FinalityTimes>;
  CosignedLog: ResolverTypeWrapper<CosignedLog>;
  LogWitness: ResolverTypeWrapper<LogWitness>;
  Cosigner: ResolverTypeWrapper<Cosigner>;
  Contradiction: ResolverTypeWrapper<Contradiction>;
  NodeState: NodeState;
  ConnectedPeer: ResolverTypeWrapper<ConnectedPeer>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  ServiceLimits: ResolverTypeWrapper<ServiceLimits>;
  ExecutionLimits: ResolverTypeWrapper<ExecutionLimits>;
  VerificationKey: ResolverTypeWrapper<VerificationKey>;
  ProvingKeyKind: ProvingKeyKind;
  Block: ResolverTypeWrapper<BlockModel>;
  Transfer: ResolverTypeWrapper<TransferModel>;
  TransferKind: TransferKind;
  TransferStatus: TransferStatus;
  KeyKind: KeyKind;
  TransferFilter: TransferFilter;
  Pool: ResolverTypeWrapper<PoolModel>;
  PoolLimits: ResolverTypeWrapper<PoolLimits>;
  Account: ResolverTypeWrapper<AccountModel>;
  CustodyModel: CustodyModel;
  Asset: ResolverTypeWrapper<AssetModel>;
  AssetFilter: AssetFilter;
  Holding: ResolverTypeWrapper<HoldingModel>;
  CertificateInput: CertificateInput;
  Certificate: ResolverTypeWrapper<Certificate>;
  TraceInput: TraceInput;
  TraceStart: TraceStart;
  HoldingKey: HoldingKey;
  TraceDirection: TraceDirection;
  Trace: ResolverTypeWrapper<Omit<Trace, 'hops' | 'origins' | 'holders'> & { hops: ReadonlyArray<ResolversTypes['Hop']>, origins: ReadonlyArray<ResolversTypes['Origin']>, holders: ReadonlyArray<ResolversTypes['Holder']> }>;
  TraceUpdate: ResolverTypeWrapper<Omit<TraceUpdate, 'hops' | 'origins' | 'holders'> & { hops: ReadonlyArray<ResolversTypes['Hop']>, origins: ReadonlyArray<ResolversTypes['Origin']>, holders: ReadonlyArray<ResolversTypes['Holder']> }>;
  Hop: ResolverTypeWrapper<HopModel>;
  Origin: ResolverTypeWrapper<OriginModel>;
  Holder: ResolverTypeWrapper<HolderModel>;
  Batch: ResolverTypeWrapper<BatchModel>;
  ProvingStage: ProvingStage;
  ProofBackend: ProofBackend;
  BatchStatus: BatchStatus;
  SubmitResult: ResolverTypeWrapper<SubmitResultModel>;
  SubmitWait: SubmitWait;
  SubmitStatus: SubmitStatus;
  Rejection: ResolverTypeWrapper<Rejection>;
  RejectionCode: RejectionCode;
  SignedActionInput: SignedActionInput;
  SignedTransferInput: SignedTransferInput;
  SignedAssetInput: SignedAssetInput;
  ListOrder: ListOrder;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  BlockConnection: ResolverTypeWrapper<BlockConnectionModel>;
  BlockEdge: ResolverTypeWrapper<Omit<BlockEdge, 'node'> & { node: ResolversTypes['Block'] }>;
  TransferConnection: ResolverTypeWrapper<TransferConnectionModel>;
  TransferEdge: ResolverTypeWrapper<Omit<TransferEdge, 'node'> & { node: ResolversTypes['Transfer'] }>;
  AssetConnection: ResolverTypeWrapper<AssetConnectionModel>;
  AssetEdge: ResolverTypeWrapper<Omit<AssetEdge, 'node'> & { node: ResolversTypes['Asset'] }>;
  HoldingConnection: ResolverTypeWrapper<HoldingConnectionModel>;
  HoldingEdge: ResolverTypeWrapper<Omit<HoldingEdge, 'node'> & { node: ResolversTypes['Holding'] }>;
  BatchConnection: ResolverTypeWrapper<BatchConnectionModel>;
  BatchEdge: ResolverTypeWrapper<Omit<BatchEdge, 'node'> & { node: ResolversTypes['Batch'] }>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  BigInt: Scalars['BigInt']['output'];
  Hash: Scalars['Hash']['output'];
  DateTime: Scalars['DateTime']['output'];
  JSON: Scalars['JSON']['output'];
  Node: NodeModel;
  ID: Scalars['ID']['output'];
  Query: Record<PropertyKey, never>;
  String: Scalars['String']['output'];
  BlockBy: BlockBy;
  AssetBy: AssetBy;
  Mutation: Record<PropertyKey, never>;
  Subscription: Record<PropertyKey, never>;
  SearchResult: Omit<SearchResult, 'node'> & { node: ResolversParentTypes['Node'] };
  Chain: ChainModel;
  Evidence: Evidence;
  ReservationRules: ReservationRules;
  Reservation: Reservation;
  Validator: Validator;
  Activity: Activity;
  Quota: Quota;
  ChainCounts: ChainCounts;
  Service: ServiceModel;
  Proving: Proving;
  Float: Scalars['Float']['output'];
  Prover: Prover;
  NodeStatus: NodeStatus;
  FinalityTimes: FinalityTimes;
  CosignedLog: CosignedLog;
  LogWitness: LogWitness;
  Cosigner: Cosigner;
  Contradiction: Contradiction;
  ConnectedPeer: ConnectedPeer;
  Boolean: Scalars['Boolean']['output'];
  ServiceLimits: ServiceLimits;
  ExecutionLimits: ExecutionLimits;
  VerificationKey: VerificationKey;
  Block: BlockModel;
  Transfer: TransferModel;
  TransferFilter: TransferFilter;
  Pool: PoolModel;
  PoolLimits: PoolLimits;
  Account: AccountModel;
  Asset: AssetModel;
  AssetFilter: AssetFilter;
  Holding: HoldingModel;
  CertificateInput: CertificateInput;
  Certificate: Certificate;
  TraceInput: TraceInput;
  TraceStart: TraceStart;
  HoldingKey: HoldingKey;
  Trace: Omit<Trace, 'hops' | 'origins' | 'holders'> & { hops: ReadonlyArray<ResolversParentTypes['Hop']>, origins: ReadonlyArray<ResolversParentTypes['Origin']>, holders: ReadonlyArray<ResolversParentTypes['Holder']> };
  TraceUpdate: Omit<TraceUpdate, 'hops' | 'origins' | 'holders'> & { hops: ReadonlyArray<ResolversParentTypes['Hop']>, origins: ReadonlyArray<ResolversParentTypes['Origin']>, holders: ReadonlyArray<ResolversParentTypes['Holder']> };
  Hop: HopModel;
  Origin: OriginModel;
  Holder: HolderModel;
  Batch: BatchModel;
  SubmitResult: SubmitResultModel;
  Rejection: Rejection;
  SignedActionInput: SignedActionInput;
  SignedTransferInput: SignedTransferInput;
  SignedAssetInput: SignedAssetInput;
  PageInfo: PageInfo;
  BlockConnection: BlockConnectionModel;
  BlockEdge: Omit<BlockEdge, 'node'> & { node: ResolversParentTypes['Block'] };
  TransferConnection: TransferConnectionModel;
  TransferEdge: Omit<TransferEdge, 'node'> & { node: ResolversParentTypes['Transfer'] };
  AssetConnection: AssetConnectionModel;
  AssetEdge: Omit<AssetEdge, 'node'> & { node: ResolversParentTypes['Asset'] };
  HoldingConnection: HoldingConnectionModel;
  HoldingEdge: Omit<HoldingEdge, 'node'> & { node: ResolversParentTypes['Holding'] };
  BatchConnection: BatchConnectionModel;
  BatchEdge: Omit<BatchEdge, 'node'> & { node: ResolversParentTypes['Batch'] };
  Int: Scalars['Int']['output'];
};

export type CostDirectiveArgs = {
  weight?: Scalars['Int']['input'];
  perItem?: Scalars['Int']['input'];
  perRecord?: Scalars['Int']['input'];
};

export type CostDirectiveResolver<Result, Parent, ContextType = ApiContext, Args = CostDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export interface BigIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['BigInt'], any> {
  name: 'BigInt';
}

export interface HashScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Hash'], any> {
  name: 'Hash';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type NodeResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType?: TypeResolveFn<'Block' | 'Transfer' | 'Account' | 'Asset' | 'Holding' | 'Batch', ParentType, ContextType>;
};

export type QueryResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  nodes?: Resolver<ReadonlyArray<Maybe<ResolversTypes['Node']>>, ParentType, ContextType, RequireFields<QueryNodesArgs, 'ids'>>;
  chain?: Resolver<ResolversTypes['Chain'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['Query'], ParentType, ContextType, RequireFields<QueryAtArgs, 'height'>>;
  service?: Resolver<ResolversTypes['Service'], ParentType, ContextType>;
  block?: Resolver<Maybe<ResolversTypes['Block']>, ParentType, ContextType, RequireFields<QueryBlockArgs, 'by'>>;
  blocks?: Resolver<ResolversTypes['BlockConnection'], ParentType, ContextType, RequireFields<QueryBlocksArgs, 'order'>>;
  transfer?: Resolver<Maybe<ResolversTypes['Transfer']>, ParentType, ContextType, RequireFields<QueryTransferArgs, 'hash'>>;
  transfers?: Resolver<ResolversTypes['TransferConnection'], ParentType, ContextType, RequireFields<QueryTransfersArgs, 'order'>>;
  pool?: Resolver<Maybe<ResolversTypes['Pool']>, ParentType, ContextType>;
  search?: Resolver<ReadonlyArray<ResolversTypes['SearchResult']>, ParentType, ContextType, RequireFields<QuerySearchArgs, 'text' | 'first'>>;
  submission?: Resolver<Maybe<ResolversTypes['SubmitResult']>, ParentType, ContextType, RequireFields<QuerySubmissionArgs, 'hash'>>;
  submissions?: Resolver<ReadonlyArray<Maybe<ResolversTypes['SubmitResult']>>, ParentType, ContextType, RequireFields<QuerySubmissionsArgs, 'hashes'>>;
  account?: Resolver<Maybe<ResolversTypes['Account']>, ParentType, ContextType, RequireFields<QueryAccountArgs, 'address'>>;
  quota?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Quota']>>, ParentType, ContextType, RequireFields<QueryQuotaArgs, 'address'>>;
  asset?: Resolver<Maybe<ResolversTypes['Asset']>, ParentType, ContextType, RequireFields<QueryAssetArgs, 'by'>>;
  assets?: Resolver<ResolversTypes['AssetConnection'], ParentType, ContextType, RequireFields<QueryAssetsArgs, 'order'>>;
  holding?: Resolver<Maybe<ResolversTypes['Holding']>, ParentType, ContextType, RequireFields<QueryHoldingArgs, 'address' | 'asset'>>;
  trace?: Resolver<Maybe<ResolversTypes['Trace']>, ParentType, ContextType, RequireFields<QueryTraceArgs, 'input'>>;
  certificate?: Resolver<Maybe<ResolversTypes['Certificate']>, ParentType, ContextType, RequireFields<QueryCertificateArgs, 'input'>>;
  batch?: Resolver<Maybe<ResolversTypes['Batch']>, ParentType, ContextType, RequireFields<QueryBatchArgs, 'index'>>;
  batches?: Resolver<ResolversTypes['BatchConnection'], ParentType, ContextType, RequireFields<QueryBatchesArgs, 'order'>>;
};

export type MutationResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  submitTransfer?: Resolver<ResolversTypes['SubmitResult'], ParentType, ContextType, RequireFields<MutationSubmitTransferArgs, 'input' | 'wait'>>;
  registerAsset?: Resolver<ResolversTypes['SubmitResult'], ParentType, ContextType, RequireFields<MutationRegisterAssetArgs, 'input' | 'wait'>>;
  submitAll?: Resolver<ReadonlyArray<ResolversTypes['SubmitResult']>, ParentType, ContextType, RequireFields<MutationSubmitAllArgs, 'actions'>>;
  requestProof?: Resolver<ResolversTypes['Batch'], ParentType, ContextType, RequireFields<MutationRequestProofArgs, 'index'>>;
};

export type SubscriptionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  chain?: SubscriptionResolver<ResolversTypes['Chain'], "chain", ParentType, ContextType>;
  blocks?: SubscriptionResolver<ResolversTypes['Block'], "blocks", ParentType, ContextType, Partial<SubscriptionBlocksArgs>>;
  transfers?: SubscriptionResolver<ResolversTypes['TransferEdge'], "transfers", ParentType, ContextType, Partial<SubscriptionTransfersArgs>>;
  holding?: SubscriptionResolver<ResolversTypes['Holding'], "holding", ParentType, ContextType, RequireFields<SubscriptionHoldingArgs, 'address' | 'asset'>>;
  holdings?: SubscriptionResolver<ResolversTypes['Holding'], "holdings", ParentType, ContextType, RequireFields<SubscriptionHoldingsArgs, 'address'>>;
  trace?: SubscriptionResolver<ResolversTypes['TraceUpdate'], "trace", ParentType, ContextType, RequireFields<SubscriptionTraceArgs, 'input'>>;
  batches?: SubscriptionResolver<ResolversTypes['BatchEdge'], "batches", ParentType, ContextType, Partial<SubscriptionBatchesArgs>>;
};

export type SearchResultResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['SearchResult'] = ResolversParentTypes['SearchResult']> = {
  node?: Resolver<ResolversTypes['Node'], ParentType, ContextType>;
  matched?: Resolver<ResolversTypes['SearchMatch'], ParentType, ContextType>;
};

export type ChainResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Chain'] = ResolversParentTypes['Chain']> = {
  chainId?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  height?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  finalizedHeight?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  head?: Resolver<ResolversTypes['Block'], ParentType, ContextType>;
  era?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  startTime?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  eraMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  delay?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  ttl?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reservations?: Resolver<Maybe<ResolversTypes['ReservationRules']>, ParentType, ContextType>;
  batchSize?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  stateDepth?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  firstPosition?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  validators?: Resolver<ReadonlyArray<ResolversTypes['Validator']>, ParentType, ContextType>;
  evidence?: Resolver<ReadonlyArray<ResolversTypes['Evidence']>, ParentType, ContextType>;
  counts?: Resolver<ResolversTypes['ChainCounts'], ParentType, ContextType>;
  activity?: Resolver<ReadonlyArray<ResolversTypes['Activity']>, ParentType, ContextType, RequireFields<ChainActivityArgs, 'by' | 'from' | 'to'>>;
  genesis?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
};

export type EvidenceResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Evidence'] = ResolversParentTypes['Evidence']> = {
  validator?: Resolver<ResolversTypes['Validator'], ParentType, ContextType>;
  view?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['EvidenceKind'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  seenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type ReservationRulesResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['ReservationRules'] = ResolversParentTypes['ReservationRules']> = {
  delay?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  life?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ReservationResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Reservation'] = ResolversParentTypes['Reservation']> = {
  firstEra?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  lastEra?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
};

export type ValidatorResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Validator'] = ResolversParentTypes['Validator']> = {
  index?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  votingKey?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  transportKey?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  logKey?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
};

export type ActivityResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Activity'] = ResolversParentTypes['Activity']> = {
  from?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  records?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  registers?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  issues?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  transfers?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  retires?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  reinstates?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  units?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  holders?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
};

export type QuotaResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Quota'] = ResolversParentTypes['Quota']> = {
  budget?: Resolver<ResolversTypes['Budget'], ParentType, ContextType>;
  used?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  limit?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  usedTogether?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  limitTogether?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
};

export type ChainCountsResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['ChainCounts'] = ResolversParentTypes['ChainCounts']> = {
  blocks?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  transfers?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  assets?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  holdings?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  accounts?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  batches?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
};

export type ServiceResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Service'] = ResolversParentTypes['Service']> = {
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  limits?: Resolver<ResolversTypes['ServiceLimits'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['NodeStatus']>, ParentType, ContextType>;
  verificationKeys?: Resolver<ReadonlyArray<ResolversTypes['VerificationKey']>, ParentType, ContextType>;
  proving?: Resolver<ResolversTypes['Proving'], ParentType, ContextType>;
};

export type ProvingResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Proving'] = ResolversParentTypes['Proving']> = {
  proofs?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  backlog?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  waiting?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  running?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  dead?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  perMinute?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  provers?: Resolver<ReadonlyArray<ResolversTypes['Prover']>, ParentType, ContextType>;
};

export type ProverResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Prover'] = ResolversParentTypes['Prover']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  backend?: Resolver<Maybe<ResolversTypes['ProofBackend']>, ParentType, ContextType>;
  threads?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  batch?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  stage?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  secondsAgo?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type NodeStatusResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['NodeStatus'] = ResolversParentTypes['NodeStatus']> = {
  state?: Resolver<ResolversTypes['NodeState'], ParentType, ContextType>;
  view?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  hashLag?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  clockOffsetMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  finality?: Resolver<Maybe<ResolversTypes['FinalityTimes']>, ParentType, ContextType>;
  peers?: Resolver<ReadonlyArray<ResolversTypes['ConnectedPeer']>, ParentType, ContextType>;
  log?: Resolver<ResolversTypes['CosignedLog'], ParentType, ContextType>;
};

export type FinalityTimesResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['FinalityTimes'] = ResolversParentTypes['FinalityTimes']> = {
  blocks?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  medianMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  p95Ms?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  maxMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type CosignedLogResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['CosignedLog'] = ResolversParentTypes['CosignedLog']> = {
  size?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  validators?: Resolver<ReadonlyArray<ResolversTypes['Cosigner']>, ParentType, ContextType>;
  witnesses?: Resolver<ReadonlyArray<ResolversTypes['LogWitness']>, ParentType, ContextType>;
};

export type LogWitnessResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['LogWitness'] = ResolversParentTypes['LogWitness']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  size?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  time?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type CosignerResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Cosigner'] = ResolversParentTypes['Cosigner']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  size?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  time?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  contradiction?: Resolver<Maybe<ResolversTypes['Contradiction']>, ParentType, ContextType>;
};

export type ContradictionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Contradiction'] = ResolversParentTypes['Contradiction']> = {
  size?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  root?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
};

export type ConnectedPeerResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['ConnectedPeer'] = ResolversParentTypes['ConnectedPeer']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  validator?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  height?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  software?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ServiceLimitsResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['ServiceLimits'] = ResolversParentTypes['ServiceLimits']> = {
  pageSize?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  depth?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  cost?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  bucket?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  refillPerSecond?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  aliases?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tokens?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  operations?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  bodyBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  inputDepth?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  responseBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  eventBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  traceHops?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  traceDepth?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  traceRecords?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  liveHops?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  executions?: Resolver<ResolversTypes['ExecutionLimits'], ParentType, ContextType>;
  submissionsPerClient?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  submissionsInAll?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  requestedProofs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  requestedProofsPerClient?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  subscriptions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  replayBlocks?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  replayRecords?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  subscriptionsPerClient?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  subscriptionsInAll?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  subscriptionBytesPerClient?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  subscriptionBytesInAll?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  socketsPerClient?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  socketsInAll?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  connectionsPerClient?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  connectionsInAll?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  clients?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  timeoutMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  waitMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ExecutionLimitsResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['ExecutionLimits'] = ResolversParentTypes['ExecutionLimits']> = {
  running?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  runningPerClient?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  waiting?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  waitingPerClient?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  heavyAbove?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type VerificationKeyResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['VerificationKey'] = ResolversParentTypes['VerificationKey']> = {
  circuit?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ProvingKeyKind'], ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  json?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
};

export type BlockResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Block'] = ResolversParentTypes['Block']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  height?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  view?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  era?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  timestamp?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  parentHash?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  proposer?: Resolver<Maybe<ResolversTypes['Validator']>, ParentType, ContextType>;
  stateRoot?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  historyRoot?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  logRoot?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  header?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  certificate?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  transferCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  transfers?: Resolver<ResolversTypes['TransferConnection'], ParentType, ContextType, RequireFields<BlockTransfersArgs, 'order'>>;
  batches?: Resolver<ResolversTypes['BatchConnection'], ParentType, ContextType, RequireFields<BlockBatchesArgs, 'order'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TransferResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Transfer'] = ResolversParentTypes['Transfer']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['TransferKind'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['TransferStatus'], ParentType, ContextType>;
  height?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  block?: Resolver<Maybe<ResolversTypes['Block']>, ParentType, ContextType>;
  timestamp?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  from?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
  asset?: Resolver<Maybe<ResolversTypes['Asset']>, ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  fromStart?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  toStart?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  era?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  memo?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  note?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  noteMatches?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  attested?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  keyKind?: Resolver<Maybe<ResolversTypes['KeyKind']>, ParentType, ContextType>;
  publicKey?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  signature?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  batch?: Resolver<Maybe<ResolversTypes['Batch']>, ParentType, ContextType>;
  reservation?: Resolver<Maybe<ResolversTypes['Reservation']>, ParentType, ContextType>;
  usedBy?: Resolver<Maybe<ResolversTypes['Asset']>, ParentType, ContextType>;
  fromBalanceAfter?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  toBalanceAfter?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PoolResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Pool'] = ResolversParentTypes['Pool']> = {
  size?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  limits?: Resolver<ResolversTypes['PoolLimits'], ParentType, ContextType>;
  oldestEra?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  pending?: Resolver<ResolversTypes['TransferConnection'], ParentType, ContextType, Partial<PoolPendingArgs>>;
};

export type PoolLimitsResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['PoolLimits'] = ResolversParentTypes['PoolLimits']> = {
  entries?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  perSigner?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AccountResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Account'] = ResolversParentTypes['Account']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  address?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  accountId?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  holdings?: Resolver<ResolversTypes['HoldingConnection'], ParentType, ContextType, RequireFields<AccountHoldingsArgs, 'empty' | 'order'>>;
  activity?: Resolver<ReadonlyArray<ResolversTypes['Activity']>, ParentType, ContextType, RequireFields<AccountActivityArgs, 'by' | 'from' | 'to'>>;
  pending?: Resolver<Maybe<ResolversTypes['TransferConnection']>, ParentType, ContextType, Partial<AccountPendingArgs>>;
  transfers?: Resolver<ResolversTypes['TransferConnection'], ParentType, ContextType, RequireFields<AccountTransfersArgs, 'order'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AssetResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Asset'] = ResolversParentTypes['Asset']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  assetId?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  cap?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  decimals?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unique?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  reinstatable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  custody?: Resolver<Maybe<ResolversTypes['CustodyModel']>, ParentType, ContextType>;
  issuer?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
  issued?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  retired?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  mintHolding?: Resolver<ResolversTypes['Holding'], ParentType, ContextType>;
  retiredHolding?: Resolver<Maybe<ResolversTypes['Holding']>, ParentType, ContextType>;
  metadata?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  definition?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  madeFrom?: Resolver<ReadonlyArray<ResolversTypes['Transfer']>, ParentType, ContextType>;
  registration?: Resolver<Maybe<ResolversTypes['Transfer']>, ParentType, ContextType>;
  holders?: Resolver<ResolversTypes['HoldingConnection'], ParentType, ContextType, Partial<AssetHoldersArgs>>;
  holdings?: Resolver<ResolversTypes['HoldingConnection'], ParentType, ContextType, RequireFields<AssetHoldingsArgs, 'empty' | 'order'>>;
  activity?: Resolver<ReadonlyArray<ResolversTypes['Activity']>, ParentType, ContextType, RequireFields<AssetActivityArgs, 'by' | 'from' | 'to'>>;
  transfers?: Resolver<ResolversTypes['TransferConnection'], ParentType, ContextType, RequireFields<AssetTransfersArgs, 'order'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type HoldingResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Holding'] = ResolversParentTypes['Holding']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  address?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  account?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
  asset?: Resolver<ResolversTypes['Asset'], ParentType, ContextType>;
  balance?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  inTotal?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  outTotal?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  nextStart?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  index?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  height?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CertificateResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Certificate'] = ResolversParentTypes['Certificate']> = {
  json?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sha256?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  height?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  records?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type TraceResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Trace'] = ResolversParentTypes['Trace']> = {
  height?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  hops?: Resolver<ReadonlyArray<ResolversTypes['Hop']>, ParentType, ContextType>;
  origins?: Resolver<ReadonlyArray<ResolversTypes['Origin']>, ParentType, ContextType>;
  holders?: Resolver<ReadonlyArray<ResolversTypes['Holder']>, ParentType, ContextType>;
  truncated?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type TraceUpdateResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['TraceUpdate'] = ResolversParentTypes['TraceUpdate']> = {
  height?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  hops?: Resolver<ReadonlyArray<ResolversTypes['Hop']>, ParentType, ContextType>;
  origins?: Resolver<ReadonlyArray<ResolversTypes['Origin']>, ParentType, ContextType>;
  holders?: Resolver<ReadonlyArray<ResolversTypes['Holder']>, ParentType, ContextType>;
};

export type HopResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Hop'] = ResolversParentTypes['Hop']> = {
  transfer?: Resolver<ResolversTypes['Transfer'], ParentType, ContextType>;
  length?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  depth?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  behind?: Resolver<Maybe<ResolversTypes['Asset']>, ParentType, ContextType>;
};

export type OriginResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Origin'] = ResolversParentTypes['Origin']> = {
  transfer?: Resolver<ResolversTypes['Transfer'], ParentType, ContextType>;
  length?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  serialFrom?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  madeFrom?: Resolver<ReadonlyArray<ResolversTypes['Transfer']>, ParentType, ContextType>;
};

export type HolderResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Holder'] = ResolversParentTypes['Holder']> = {
  address?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  account?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
  asset?: Resolver<ResolversTypes['Asset'], ParentType, ContextType>;
  length?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
};

export type BatchResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Batch'] = ResolversParentTypes['Batch']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  index?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  size?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  full?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['BatchStatus'], ParentType, ContextType>;
  stage?: Resolver<Maybe<ResolversTypes['ProvingStage']>, ParentType, ContextType>;
  progress?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  proof?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  publicSignals?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  provedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  proofSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  backend?: Resolver<Maybe<ResolversTypes['ProofBackend']>, ParentType, ContextType>;
  keyKind?: Resolver<ResolversTypes['ProvingKeyKind'], ParentType, ContextType>;
  recordsRoot?: Resolver<ResolversTypes['Hash'], ParentType, ContextType, Partial<BatchRecordsRootArgs>>;
  data?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  proven?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  attested?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  transfers?: Resolver<ResolversTypes['TransferConnection'], ParentType, ContextType, RequireFields<BatchTransfersArgs, 'order'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SubmitResultResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['SubmitResult'] = ResolversParentTypes['SubmitResult']> = {
  hash?: Resolver<Maybe<ResolversTypes['Hash']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['SubmitStatus'], ParentType, ContextType>;
  rejection?: Resolver<Maybe<ResolversTypes['Rejection']>, ParentType, ContextType>;
  transfer?: Resolver<Maybe<ResolversTypes['Transfer']>, ParentType, ContextType>;
};

export type RejectionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Rejection'] = ResolversParentTypes['Rejection']> = {
  code?: Resolver<ResolversTypes['RejectionCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  data?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type BlockConnectionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['BlockConnection'] = ResolversParentTypes['BlockConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['BlockEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Block']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  height?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
};

export type BlockEdgeResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['BlockEdge'] = ResolversParentTypes['BlockEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Block'], ParentType, ContextType>;
};

export type TransferConnectionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['TransferConnection'] = ResolversParentTypes['TransferConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['TransferEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Transfer']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  height?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
};

export type TransferEdgeResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['TransferEdge'] = ResolversParentTypes['TransferEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Transfer'], ParentType, ContextType>;
};

export type AssetConnectionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['AssetConnection'] = ResolversParentTypes['AssetConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AssetEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Asset']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  height?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
};

export type AssetEdgeResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['AssetEdge'] = ResolversParentTypes['AssetEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Asset'], ParentType, ContextType>;
};

export type HoldingConnectionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['HoldingConnection'] = ResolversParentTypes['HoldingConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['HoldingEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Holding']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  height?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
};

export type HoldingEdgeResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['HoldingEdge'] = ResolversParentTypes['HoldingEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Holding'], ParentType, ContextType>;
};

export type BatchConnectionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['BatchConnection'] = ResolversParentTypes['BatchConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['BatchEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Batch']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  height?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
};

export type BatchEdgeResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['BatchEdge'] = ResolversParentTypes['BatchEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Batch'], ParentType, ContextType>;
};

export type Resolvers<ContextType = ApiContext> = {
  BigInt?: GraphQLScalarType;
  Hash?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Node?: NodeResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  SearchResult?: SearchResultResolvers<ContextType>;
  Chain?: ChainResolvers<ContextType>;
  Evidence?: EvidenceResolvers<ContextType>;
  ReservationRules?: ReservationRulesResolvers<ContextType>;
  Reservation?: ReservationResolvers<ContextType>;
  Validator?: ValidatorResolvers<ContextType>;
  Activity?: ActivityResolvers<ContextType>;
  Quota?: QuotaResolvers<ContextType>;
  ChainCounts?: ChainCountsResolvers<ContextType>;
  Service?: ServiceResolvers<ContextType>;
  Proving?: ProvingResolvers<ContextType>;
  Prover?: ProverResolvers<ContextType>;
  NodeStatus?: NodeStatusResolvers<ContextType>;
  FinalityTimes?: FinalityTimesResolvers<ContextType>;
  CosignedLog?: CosignedLogResolvers<ContextType>;
  LogWitness?: LogWitnessResolvers<ContextType>;
  Cosigner?: CosignerResolvers<ContextType>;
  Contradiction?: ContradictionResolvers<ContextType>;
  ConnectedPeer?: ConnectedPeerResolvers<ContextType>;
  ServiceLimits?: ServiceLimitsResolvers<ContextType>;
  ExecutionLimits?: ExecutionLimitsResolvers<ContextType>;
  VerificationKey?: VerificationKeyResolvers<ContextType>;
  Block?: BlockResolvers<ContextType>;
  Transfer?: TransferResolvers<ContextType>;
  Pool?: PoolResolvers<ContextType>;
  PoolLimits?: PoolLimitsResolvers<ContextType>;
  Account?: AccountResolvers<ContextType>;
  Asset?: AssetResolvers<ContextType>;
  Holding?: HoldingResolvers<ContextType>;
  Certificate?: CertificateResolvers<ContextType>;
  Trace?: TraceResolvers<ContextType>;
  TraceUpdate?: TraceUpdateResolvers<ContextType>;
  Hop?: HopResolvers<ContextType>;
  Origin?: OriginResolvers<ContextType>;
  Holder?: HolderResolvers<ContextType>;
  Batch?: BatchResolvers<ContextType>;
  SubmitResult?: SubmitResultResolvers<ContextType>;
  Rejection?: RejectionResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  BlockConnection?: BlockConnectionResolvers<ContextType>;
  BlockEdge?: BlockEdgeResolvers<ContextType>;
  TransferConnection?: TransferConnectionResolvers<ContextType>;
  TransferEdge?: TransferEdgeResolvers<ContextType>;
  AssetConnection?: AssetConnectionResolvers<ContextType>;
  AssetEdge?: AssetEdgeResolvers<ContextType>;
  HoldingConnection?: HoldingConnectionResolvers<ContextType>;
  HoldingEdge?: HoldingEdgeResolvers<ContextType>;
  BatchConnection?: BatchConnectionResolvers<ContextType>;
  BatchEdge?: BatchEdgeResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = ApiContext> = {
  cost?: CostDirectiveResolver<any, any, ContextType>;
};
