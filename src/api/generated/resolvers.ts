// Generated from schema.graphql by `npm run generate`. Do not edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { BlockModel, TransferModel, AccountModel, AssetModel, HoldingModel, HopModel, OriginModel, HolderModel, BatchModel, ServiceModel, PoolModel, ChainModel, SubmitResultModel, BlockConnectionModel, TransferConnectionModel, AssetConnectionModel, HoldingConnectionModel, BatchConnectionModel } from '../request/models.ts';
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
   * A whole number of any size as a string of decimal digits: `"0"`, `"2900"`. Never negative, no leading zeros, at most
   * 39 digits. As input, a JSON number or a literal up to 2^53 - 1 is taken too.
   */
  BigInt: { input: bigint; output: bigint | number; }
  /** A hash, a field element or an account as 64 lower-case hexadecimal digits, without `0x`. */
  Hash: { input: string; output: string; }
  /** An instant in ISO 8601, UTC, with milliseconds: `2025-01-31T12:00:00.000Z`. */
  DateTime: { input: Date; output: Date; }
  /** A JSON value as it is. */
  JSON: { input: unknown; output: unknown; }
};

/**
 * What the explorer answers. Every request is read as of one final block, and says which in `extensions.height`.
 * Wherever an address is asked for, the words `MINT` and `RETIRED` stand for the two accounts that are nobody's.
 */
export type Query = {
  readonly __typename?: 'Query';
  /** The chain: where it is now, its rules, and what a client needs to build an action. */
  readonly chain: Chain;
  /** This server: its version, its limits and the proving keys it goes by. */
  readonly service: Service;
  /** A final block, by height or by hash; the newest when neither is given. Null when there is none. */
  readonly block?: Maybe<Block>;
  /** Final blocks in order of height: `first` starts at genesis, `last` ends at the newest. */
  readonly blocks: BlockConnection;
  /** One action by the hash that was signed, final or waiting in the pool. Null when unknown. */
  readonly transfer?: Maybe<Transfer>;
  /** The history: every final record in order of position. `first` starts at genesis, `last` ends at the newest. */
  readonly transfers: TransferConnection;
  /** What waits to enter a block, on the node behind this server. */
  readonly pool: Pool;
  /** What became of an action handed in here. Null when this node has not heard of it. */
  readonly submission?: Maybe<SubmitResult>;
  /** An account by its address. Null when it never held anything. */
  readonly account?: Maybe<Account>;
  /** An asset by its code or its id (give one). Null when none is registered under it. */
  readonly asset?: Maybe<Asset>;
  /** Registered assets in order of registration. */
  readonly assets: AssetConnection;
  /** One account's units of one asset. Null when the account never held it, and nothing that waits in the pool spends from it. */
  readonly holding?: Maybe<Holding>;
  /**
   * The path of given units: back to where they were issued, or forward to who holds them. A page at a time: while
   * `truncated` is true, ask again with `after: endCursor`; the pages of one walk are read as of the same block.
   */
  readonly trace: Trace;
  /** A batch of records by its id (its index). Null when the history has not come that far. */
  readonly batch?: Maybe<Batch>;
  /** Batches in order of index, the tail last. */
  readonly batches: BatchConnection;
};


/**
 * What the explorer answers. Every request is read as of one final block, and says which in `extensions.height`.
 * Wherever an address is asked for, the words `MINT` and `RETIRED` stand for the two accounts that are nobody's.
 */
export type QueryBlockArgs = {
  height?: InputMaybe<Scalars['BigInt']['input']>;
  hash?: InputMaybe<Scalars['String']['input']>;
};


/**
 * What the explorer answers. Every request is read as of one final block, and says which in `extensions.height`.
 * Wherever an address is asked for, the words `MINT` and `RETIRED` stand for the two accounts that are nobody's.
 */
export type QueryBlocksArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
};


/**
 * What the explorer answers. Every request is read as of one final block, and says which in `extensions.height`.
 * Wherever an address is asked for, the words `MINT` and `RETIRED` stand for the two accounts that are nobody's.
 */
export type QueryTransferArgs = {
  hash: Scalars['String']['input'];
};


/**
 * What the explorer answers. Every request is read as of one final block, and says which in `extensions.height`.
 * Wherever an address is asked for, the words `MINT` and `RETIRED` stand for the two accounts that are nobody's.
 */
export type QueryTransfersArgs = {
  filter?: InputMaybe<TransferFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
};


/**
 * What the explorer answers. Every request is read as of one final block, and says which in `extensions.height`.
 * Wherever an address is asked for, the words `MINT` and `RETIRED` stand for the two accounts that are nobody's.
 */
export type QuerySubmissionArgs = {
  hash: Scalars['String']['input'];
};


/**
 * What the explorer answers. Every request is read as of one final block, and says which in `extensions.height`.
 * Wherever an address is asked for, the words `MINT` and `RETIRED` stand for the two accounts that are nobody's.
 */
export type QueryAccountArgs = {
  address: Scalars['String']['input'];
};


/**
 * What the explorer answers. Every request is read as of one final block, and says which in `extensions.height`.
 * Wherever an address is asked for, the words `MINT` and `RETIRED` stand for the two accounts that are nobody's.
 */
export type QueryAssetArgs = {
  code?: InputMaybe<Scalars['String']['input']>;
  id?: InputMaybe<Scalars['String']['input']>;
};


/**
 * What the explorer answers. Every request is read as of one final block, and says which in `extensions.height`.
 * Wherever an address is asked for, the words `MINT` and `RETIRED` stand for the two accounts that are nobody's.
 */
export type QueryAssetsArgs = {
  filter?: InputMaybe<AssetFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/**
 * What the explorer answers. Every request is read as of one final block, and says which in `extensions.height`.
 * Wherever an address is asked for, the words `MINT` and `RETIRED` stand for the two accounts that are nobody's.
 */
export type QueryHoldingArgs = {
  address: Scalars['String']['input'];
  asset: Scalars['String']['input'];
};


/**
 * What the explorer answers. Every request is read as of one final block, and says which in `extensions.height`.
 * Wherever an address is asked for, the words `MINT` and `RETIRED` stand for the two accounts that are nobody's.
 */
export type QueryTraceArgs = {
  input: TraceInput;
};


/**
 * What the explorer answers. Every request is read as of one final block, and says which in `extensions.height`.
 * Wherever an address is asked for, the words `MINT` and `RETIRED` stand for the two accounts that are nobody's.
 */
export type QueryBatchArgs = {
  id: Scalars['ID']['input'];
};


/**
 * What the explorer answers. Every request is read as of one final block, and says which in `extensions.height`.
 * Wherever an address is asked for, the words `MINT` and `RETIRED` stand for the two accounts that are nobody's.
 */
export type QueryBatchesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/**
 * What a client can hand in. A rejection is an answer, not an error: `status` REJECTED with its code. Signing happens at the
 * client: keys never travel.
 */
export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Hand in a signed transfer, issue, retirement or reinstatement. */
  readonly submitTransfer: SubmitResult;
  /** Hand in the signed registration of an asset. */
  readonly registerAsset: SubmitResult;
  /** Ask for a proof of a batch: moves it to the front of the provers' queue. Asking again changes nothing. */
  readonly requestProof: Batch;
};


/**
 * What a client can hand in. A rejection is an answer, not an error: `status` REJECTED with its code. Signing happens at the
 * client: keys never travel.
 */
export type MutationSubmitTransferArgs = {
  input: SignedTransferInput;
  wait?: InputMaybe<SubmitWait>;
};


/**
 * What a client can hand in. A rejection is an answer, not an error: `status` REJECTED with its code. Signing happens at the
 * client: keys never travel.
 */
export type MutationRegisterAssetArgs = {
  input: SignedAssetInput;
  wait?: InputMaybe<SubmitWait>;
};


/**
 * What a client can hand in. A rejection is an answer, not an error: `status` REJECTED with its code. Signing happens at the
 * client: keys never travel.
 */
export type MutationRequestProofArgs = {
  batch: Scalars['ID']['input'];
};

/**
 * What happens, as it happens: over Server-Sent Events (a request with `Accept: text/event-stream`) or WebSocket
 * (protocol `graphql-transport-ws`), on the same path. Where there is an `after`, everything behind it is replayed
 * from storage first, then it goes on live: no gap, no repeat. Each event says its height in `extensions.height`.
 */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /** The chain: now, then after every final block. */
  readonly chain: Chain;
  /** Final blocks: those above `after`, then each new one. Without `after`, new ones only. */
  readonly blocks: Block;
  /** Final records in order of position: those behind `after`, then each new one. Without `after`, new ones only. */
  readonly transfers: TransferEdge;
  /**
   * A balance: now, then after each block that changes it. With `after`, as of each later block that changed it. An account
   * that never held the asset has a balance of 0.
   */
  readonly holding: Holding;
  /**
   * Every balance of an account: each one now, then after each block those it changed. After an interruption, go on with
   * the height before the last one seen: a block can change several balances, and a balance seen twice is the same.
   */
  readonly holdings: Holding;
  /**
   * A trace, live: all of it now, then after each block that adds to it or moves its units on: the new hops and origins, and
   * all its holders as they are then. With `after`, the updates of later blocks only.
   */
  readonly trace: TraceUpdate;
  /** Batches whose records are complete: those behind `after`, then each one as it fills. Without `after`, new ones only. */
  readonly batches: BatchEdge;
};


/**
 * What happens, as it happens: over Server-Sent Events (a request with `Accept: text/event-stream`) or WebSocket
 * (protocol `graphql-transport-ws`), on the same path. Where there is an `after`, everything behind it is replayed
 * from storage first, then it goes on live: no gap, no repeat. Each event says its height in `extensions.height`.
 */
export type SubscriptionBlocksArgs = {
  after?: InputMaybe<Scalars['BigInt']['input']>;
};


/**
 * What happens, as it happens: over Server-Sent Events (a request with `Accept: text/event-stream`) or WebSocket
 * (protocol `graphql-transport-ws`), on the same path. Where there is an `after`, everything behind it is replayed
 * from storage first, then it goes on live: no gap, no repeat. Each event says its height in `extensions.height`.
 */
export type SubscriptionTransfersArgs = {
  filter?: InputMaybe<TransferFilter>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/**
 * What happens, as it happens: over Server-Sent Events (a request with `Accept: text/event-stream`) or WebSocket
 * (protocol `graphql-transport-ws`), on the same path. Where there is an `after`, everything behind it is replayed
 * from storage first, then it goes on live: no gap, no repeat. Each event says its height in `extensions.height`.
 */
export type SubscriptionHoldingArgs = {
  address: Scalars['String']['input'];
  asset: Scalars['String']['input'];
  after?: InputMaybe<Scalars['BigInt']['input']>;
};


/**
 * What happens, as it happens: over Server-Sent Events (a request with `Accept: text/event-stream`) or WebSocket
 * (protocol `graphql-transport-ws`), on the same path. Where there is an `after`, everything behind it is replayed
 * from storage first, then it goes on live: no gap, no repeat. Each event says its height in `extensions.height`.
 */
export type SubscriptionHoldingsArgs = {
  address: Scalars['String']['input'];
  after?: InputMaybe<Scalars['BigInt']['input']>;
};


/**
 * What happens, as it happens: over Server-Sent Events (a request with `Accept: text/event-stream`) or WebSocket
 * (protocol `graphql-transport-ws`), on the same path. Where there is an `after`, everything behind it is replayed
 * from storage first, then it goes on live: no gap, no repeat. Each event says its height in `extensions.height`.
 */
export type SubscriptionTraceArgs = {
  input: TraceInput;
  after?: InputMaybe<Scalars['BigInt']['input']>;
};


/**
 * What happens, as it happens: over Server-Sent Events (a request with `Accept: text/event-stream`) or WebSocket
 * (protocol `graphql-transport-ws`), on the same path. Where there is an `after`, everything behind it is replayed
 * from storage first, then it goes on live: no gap, no repeat. Each event says its height in `extensions.height`.
 */
export type SubscriptionBatchesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
};

/** The chain: where it is now, its rules, and what a client needs to build an action. */
export type Chain = {
  readonly __typename?: 'Chain';
  /** Hash of the genesis file; part of everything that is signed. */
  readonly chainId: Scalars['Hash']['output'];
  /** Its name, from genesis. */
  readonly name: Scalars['String']['output'];
  /** Height of the newest block the node has, final or not. */
  readonly height: Scalars['BigInt']['output'];
  /** Height of the newest final block: what everything here is read as of. */
  readonly finalizedHeight: Scalars['BigInt']['output'];
  /** The newest final block. */
  readonly head: Block;
  /** The era by this server's clock. An action handed in now needs an era from `era + delay` to `era + ttl`. */
  readonly era: Scalars['BigInt']['output'];
  /** When era 0 was due. */
  readonly startTime: Scalars['DateTime']['output'];
  /** Milliseconds an era. */
  readonly eraMs: Scalars['Int']['output'];
  /** Eras before an action handed in may enter a block. */
  readonly delay: Scalars['Int']['output'];
  /** Eras an action stays valid from its own era on. */
  readonly ttl: Scalars['Int']['output'];
  /** Records a batch. */
  readonly batchSize: Scalars['Int']['output'];
  /** Levels of the state tree (quaternary). */
  readonly stateDepth: Scalars['Int']['output'];
  /** Position of the first record that is not from genesis; where the first provable batch begins. */
  readonly firstPosition: Scalars['BigInt']['output'];
  /** Who makes and votes on blocks. */
  readonly validators: ReadonlyArray<Validator>;
  /** What validators signed that contradicts itself, as far as the node behind this server has seen it; newest first, at most 100. */
  readonly evidence: ReadonlyArray<Evidence>;
  /** How many of everything there are. */
  readonly counts: ChainCounts;
  /** The genesis file, from which anyone can check the chain. Get it from people you trust, too. */
  readonly genesis: Scalars['JSON']['output'];
};

/**
 * Two messages that one validator signed and that no honest one signs both: two proposals, two notarize or two finalize votes of a view,
 * or skip with finalize. Anyone can check it: `ictl verify --evidence`.
 */
export type Evidence = {
  readonly __typename?: 'Evidence';
  /** Who signed both. */
  readonly validator: Validator;
  /** In which view. */
  readonly view: Scalars['BigInt']['output'];
  /** What was signed twice. */
  readonly kind: EvidenceKind;
  /** Both messages, in hexadecimal (PROTOCOL.md, "Equivocation"). */
  readonly bytes: Scalars['String']['output'];
  /** When this node saw the second one. */
  readonly seenAt: Scalars['DateTime']['output'];
};

/** What a validator signed twice. */
export type EvidenceKind =
  /** Votes. */
  | 'VOTES'
  /** Proposals of blocks. */
  | 'PROPOSALS';

/** One of those who make and vote on blocks. */
export type Validator = {
  readonly __typename?: 'Validator';
  /** Its number; view v is led by v mod n. */
  readonly index: Scalars['Int']['output'];
  /** Its name, from genesis. */
  readonly name: Scalars['String']['output'];
  /** Its Ed25519 key for proposals and votes. */
  readonly votingKey: Scalars['Hash']['output'];
  /** Its Ed25519 key for connections. */
  readonly transportKey: Scalars['Hash']['output'];
};

/** How many of everything there are, as of the request's block. */
export type ChainCounts = {
  readonly __typename?: 'ChainCounts';
  /** Final blocks, genesis included. */
  readonly blocks: Scalars['Int']['output'];
  /** Final records. */
  readonly transfers: Scalars['Int']['output'];
  /** Registered assets. */
  readonly assets: Scalars['Int']['output'];
  /** Holdings ever opened, the mint's and the retired included. */
  readonly holdings: Scalars['Int']['output'];
  /** Accounts that appear in the history. */
  readonly accounts: Scalars['Int']['output'];
  /** Batches, the tail included. */
  readonly batches: Scalars['Int']['output'];
};

/** This server. */
export type Service = {
  readonly __typename?: 'Service';
  /** Version of the software. */
  readonly version: Scalars['String']['output'];
  /** What a request may ask for at most. */
  readonly limits: ServiceLimits;
  /** How the node behind this server is; null while it does not answer. */
  readonly node?: Maybe<NodeState>;
  /** The verification keys proofs are checked with, pinned in genesis. */
  readonly verificationKeys: ReadonlyArray<VerificationKey>;
  /** How much there is to prove. */
  readonly proving: Proving;
};

/** What there is to prove, and how fast it goes. */
export type Proving = {
  readonly __typename?: 'Proving';
  /** Batches with a proof, tails included. */
  readonly proofs: Scalars['Int']['output'];
  /** Full batches without a proof of all their records, asked for or not. */
  readonly backlog: Scalars['Int']['output'];
  /** Batches in the provers' queue. */
  readonly waiting: Scalars['Int']['output'];
  /** Batches that a prover is at work on. */
  readonly running: Scalars['Int']['output'];
  /** Batches given up until an operator has them tried again. */
  readonly dead: Scalars['Int']['output'];
  /** Proofs a minute, over the last ten minutes. */
  readonly perMinute: Scalars['Float']['output'];
};

/** A node, live. */
export type NodeState = {
  readonly __typename?: 'NodeState';
  /**
   * READY; SYNCING while it is behind the others; RECOVERING while it asks the others what it signed; PAUSED while its database does
   * not answer; CLOCK_OFF while the clocks of its peers differ from its own by more than the chain allows.
   */
  readonly state: Scalars['String']['output'];
  /** The attempt at the next block that it is in. */
  readonly view: Scalars['BigInt']['output'];
  /** Final blocks whose trees are not yet hashed. */
  readonly hashLag: Scalars['Int']['output'];
  /** By how many milliseconds the clocks of its peers are ahead of its own (negative: behind), the median. */
  readonly clockOffsetMs: Scalars['Int']['output'];
  /** The nodes that it is connected to. */
  readonly peers: ReadonlyArray<ConnectedPeer>;
};

/** A node that another is connected to. */
export type ConnectedPeer = {
  readonly __typename?: 'ConnectedPeer';
  /** As genesis or the list of peers names it. */
  readonly name: Scalars['String']['output'];
  /** Whether it is a validator; an observer otherwise. */
  readonly validator: Scalars['Boolean']['output'];
  /** The height of its last final block, as it says. */
  readonly height?: Maybe<Scalars['BigInt']['output']>;
  /** Version of its software. */
  readonly software: Scalars['String']['output'];
};

/** What a request may ask for at most. */
export type ServiceLimits = {
  readonly __typename?: 'ServiceLimits';
  /** Items a page. */
  readonly pageSize: Scalars['Int']['output'];
  /** Nested fields. */
  readonly depth: Scalars['Int']['output'];
  /** Cost of an operation: a field 1, times the page it is asked for on. */
  readonly cost: Scalars['Int']['output'];
  /** Aliases in a document. */
  readonly aliases: Scalars['Int']['output'];
  /** Tokens in a document. */
  readonly tokens: Scalars['Int']['output'];
  /** Bytes of a request. */
  readonly bodyBytes: Scalars['Int']['output'];
  /** Hops a page of a trace may ask for. */
  readonly traceHops: Scalars['Int']['output'];
  /** Steps a trace goes at most. */
  readonly traceDepth: Scalars['Int']['output'];
  /** Subscriptions one connection may hold. */
  readonly subscriptions: Scalars['Int']['output'];
  /** Milliseconds a query may take. */
  readonly timeoutMs: Scalars['Int']['output'];
  /** Milliseconds `wait: FINAL` waits before TIMEOUT. */
  readonly waitMs: Scalars['Int']['output'];
};

/** A verification key that genesis pins. */
export type VerificationKey = {
  readonly __typename?: 'VerificationKey';
  /** Which circuit: `batch-B-DEPTH`. */
  readonly circuit: Scalars['String']['output'];
  /** What its secrets are worth. */
  readonly kind: ProvingKeyKind;
  /** SHA-256 of its fixed binary encoding. */
  readonly hash: Scalars['Hash']['output'];
};

/** What a proving key's secrets are worth. */
export type ProvingKeyKind =
  /** Its secrets are public: anyone can forge with it. Its proofs prove nothing to others. */
  | 'DEVELOPMENT'
  /** From a ceremony with a verified second phase. */
  | 'PRODUCTION';

/** A final block. */
export type Block = {
  readonly __typename?: 'Block';
  /** Its height; genesis is 0. */
  readonly height: Scalars['BigInt']['output'];
  /** SHA-256 of its header. */
  readonly hash: Scalars['Hash']['output'];
  /** The consensus attempt that made it. */
  readonly view: Scalars['BigInt']['output'];
  /** Its slot of time. */
  readonly era: Scalars['BigInt']['output'];
  /** When its era was due. */
  readonly timestamp: Scalars['DateTime']['output'];
  /** Hash of the block before; zeros for genesis. */
  readonly parentHash: Scalars['Hash']['output'];
  /** The validator that proposed it; null for genesis. */
  readonly proposer?: Maybe<Validator>;
  /** Root of the state tree after the parent (not after this block: that one is in the next header). */
  readonly stateRoot: Scalars['Hash']['output'];
  /** Root of the history tree after the parent. */
  readonly historyRoot: Scalars['Hash']['output'];
  /** Its header as it is hashed and voted for, in hexadecimal (PROTOCOL.md, "Blocks"). */
  readonly header: Scalars['String']['output'];
  /**
   * The certificate that made it final, in hexadecimal (PROTOCOL.md, "Certificates"): its own, or that of a descendant that made it final
   * with itself. Null for genesis.
   */
  readonly certificate?: Maybe<Scalars['String']['output']>;
  /** Position of its first record. */
  readonly position: Scalars['BigInt']['output'];
  /** How many records it holds. */
  readonly transferCount: Scalars['Int']['output'];
  /** Its records in order. */
  readonly transfers: TransferConnection;
  /** The batches its records fall into. */
  readonly batches: BatchConnection;
};


/** A final block. */
export type BlockTransfersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
};


/** A final block. */
export type BlockBatchesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** An action: the registration of an asset, or units that move. Once final, a record of the history. */
export type Transfer = {
  readonly __typename?: 'Transfer';
  /** What was signed: transferHash, or registerHash for a registration. */
  readonly hash: Scalars['Hash']['output'];
  /** What it does. */
  readonly kind: TransferKind;
  /** Whether it is in a final block. */
  readonly status: TransferStatus;
  /** Height of its block; null while pending. */
  readonly height?: Maybe<Scalars['BigInt']['output']>;
  /** Its block; null while pending. */
  readonly block?: Maybe<Block>;
  /** When its block was due; null while pending. */
  readonly timestamp?: Maybe<Scalars['DateTime']['output']>;
  /** Its place in the history; null while pending. */
  readonly position?: Maybe<Scalars['BigInt']['output']>;
  /** Who gives: `MINT` for an issue, the issuer for a registration. */
  readonly from: Account;
  /** Who receives: `RETIRED` for a retirement, `MINT` for a registration. */
  readonly to: Account;
  /** Of what. Null for a pending registration. */
  readonly asset?: Maybe<Asset>;
  /** How many units; the cap for a registration. */
  readonly amount: Scalars['BigInt']['output'];
  /** The sender's outTotal before: the nonce, and the first of the sender's units that moves. */
  readonly fromStart: Scalars['BigInt']['output'];
  /** The receiver's inTotal before: the number its first unit has there. Null while pending. */
  readonly toStart?: Maybe<Scalars['BigInt']['output']>;
  /** The first era it may enter. */
  readonly era: Scalars['BigInt']['output'];
  /** A field element the sender signed; zeros if none. */
  readonly memo: Scalars['Hash']['output'];
  /** Text that traveled beside it, not signed; null if none or deleted. */
  readonly note?: Maybe<Scalars['String']['output']>;
  /** Whether the memo is the note's hash; null without a note. */
  readonly noteMatches?: Maybe<Scalars['Boolean']['output']>;
  /** True when no batch proof covers its signature (RSA keys, registrations, genesis): the validators vouch for it. */
  readonly attested: Scalars['Boolean']['output'];
  /** Kind of the signer's key; null in genesis. */
  readonly keyKind?: Maybe<KeyKind>;
  /** The signer's key in hexadecimal digits; null in genesis. */
  readonly publicKey?: Maybe<Scalars['String']['output']>;
  /** The signature in hexadecimal digits; null in genesis. */
  readonly signature?: Maybe<Scalars['String']['output']>;
  /** The batch it falls into; null while pending. */
  readonly batch?: Maybe<Batch>;
};

/** What an action does. */
export type TransferKind =
  /** Defines an asset and opens its mint. */
  | 'REGISTER'
  /** From the mint to a holder, by the issuer. */
  | 'ISSUE'
  /** From one holder to another. */
  | 'TRANSFER'
  /** From a holder out of circulation. */
  | 'RETIRE'
  /** Back into circulation, by the issuer, where the definition allows it. */
  | 'REINSTATE';

/** Whether an action is final. */
export type TransferStatus =
  /** Waiting in the pool of the node behind this server. */
  | 'PENDING'
  /** In a final block. */
  | 'FINAL';

/** Kinds of keys. */
export type KeyKind =
  /** EdDSA-Poseidon on BabyJubJub: checked inside batch proofs. */
  | 'EDDSA'
  /** RSA-PSS with SHA-256: checked by the validators only. */
  | 'RSA';

/** Which records. All conditions given must hold. */
export type TransferFilter = {
  /** Address that gives or receives. */
  readonly account?: InputMaybe<Scalars['String']['input']>;
  /** Address that gives. */
  readonly from?: InputMaybe<Scalars['String']['input']>;
  /** Address that receives. */
  readonly to?: InputMaybe<Scalars['String']['input']>;
  /** Code of the asset. */
  readonly asset?: InputMaybe<Scalars['String']['input']>;
  /** What the action does. */
  readonly kind?: InputMaybe<TransferKind>;
  /** The memo, 64 hexadecimal digits. */
  readonly memo?: InputMaybe<Scalars['String']['input']>;
  /** Lowest height. */
  readonly heightFrom?: InputMaybe<Scalars['BigInt']['input']>;
  /** Highest height. */
  readonly heightTo?: InputMaybe<Scalars['BigInt']['input']>;
};

/** What waits to enter a block, on the node behind this server. */
export type Pool = {
  readonly __typename?: 'Pool';
  /** How many actions wait. */
  readonly size: Scalars['Int']['output'];
  /** How many bytes they take. */
  readonly bytes: Scalars['Int']['output'];
  /** How much it takes at most. */
  readonly limits: PoolLimits;
  /** The lowest era among them; null when empty. */
  readonly oldestEra?: Maybe<Scalars['BigInt']['output']>;
  /** The waiting actions in order of arrival. `totalCount` is the pool's size. */
  readonly pending: TransferConnection;
};


/** What waits to enter a block, on the node behind this server. */
export type PoolPendingArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** What the pool takes at most, from genesis. */
export type PoolLimits = {
  readonly __typename?: 'PoolLimits';
  /** Actions. */
  readonly entries: Scalars['Int']['output'];
  /** Bytes. */
  readonly bytes: Scalars['Int']['output'];
  /** Actions of one signer. */
  readonly perSigner: Scalars['Int']['output'];
};

/** A key that holds, or has held, something. */
export type Account = {
  readonly __typename?: 'Account';
  /** Its address: bech32m with prefix `inp`. */
  readonly address: Scalars['String']['output'];
  /** The account itself: a field element. */
  readonly id: Scalars['Hash']['output'];
  /** A name this server has for it (`MINT` and `RETIRED` for the two that are nobody's). Not part of the ledger: nothing vouches for it. */
  readonly name?: Maybe<Scalars['String']['output']>;
  /** What it holds or has held, in order of first receipt. */
  readonly holdings: HoldingConnection;
  /** Records it gave or received in, in order of position. */
  readonly transfers: TransferConnection;
};


/** A key that holds, or has held, something. */
export type AccountHoldingsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A key that holds, or has held, something. */
export type AccountTransfersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
};

/** Something that can be held. */
export type Asset = {
  readonly __typename?: 'Asset';
  /** Unique, for people. */
  readonly code: Scalars['String']['output'];
  /** Hash of its definition: what transfers name. */
  readonly id: Scalars['Hash']['output'];
  /** What its issuer calls it. */
  readonly name: Scalars['String']['output'];
  /** Units there can ever be. Mint, holders and retired always add up to it. */
  readonly cap: Scalars['BigInt']['output'];
  /** Where to put the decimal point when showing amounts. */
  readonly decimals: Scalars['Int']['output'];
  /** Whether there is one unit only. */
  readonly unique: Scalars['Boolean']['output'];
  /** Whether the issuer may bring retired units back. */
  readonly reinstatable: Scalars['Boolean']['output'];
  /** Who registered it and issues it. */
  readonly issuer: Account;
  /** Units that left the mint. */
  readonly issued: Scalars['BigInt']['output'];
  /** Units out of circulation now. */
  readonly retired: Scalars['BigInt']['output'];
  /** What else its issuer said: an object of strings. */
  readonly metadata: Scalars['JSON']['output'];
  /** The whole definition as it was signed; its canonical form is what the id commits to. */
  readonly definition: Scalars['JSON']['output'];
  /** The retirements this asset was made from. Traces go on through them. */
  readonly madeFrom: ReadonlyArray<Transfer>;
  /** Its registration. */
  readonly registration?: Maybe<Transfer>;
  /** Who holds or has held it, in order of first receipt; the mint's and the retired units included. */
  readonly holdings: HoldingConnection;
  /** Its records in order of position, its registration included. */
  readonly transfers: TransferConnection;
};


/** Something that can be held. */
export type AssetHoldingsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** Something that can be held. */
export type AssetTransfersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
};

/** Which assets. All conditions given must hold. */
export type AssetFilter = {
  /** Address of the issuer. */
  readonly issuer?: InputMaybe<Scalars['String']['input']>;
  /** What the code begins with. */
  readonly codePrefix?: InputMaybe<Scalars['String']['input']>;
  /** Those with one unit only, or those with more. */
  readonly unique?: InputMaybe<Scalars['Boolean']['input']>;
};

/** One account's units of one asset, as of one block. */
export type Holding = {
  readonly __typename?: 'Holding';
  /** Whose. */
  readonly address: Scalars['String']['output'];
  /** Whose, as an account. */
  readonly account: Account;
  /** Of what. */
  readonly asset: Asset;
  /** Units held: inTotal - outTotal. */
  readonly balance: Scalars['BigInt']['output'];
  /** Units ever received. */
  readonly inTotal: Scalars['BigInt']['output'];
  /** Units ever given away. Units leave in the order in which they came. */
  readonly outTotal: Scalars['BigInt']['output'];
  /** What the next transfer of this holding must give as `fromStart`, counting those waiting in the pool of the node behind this server. */
  readonly nextStart: Scalars['BigInt']['output'];
  /** Its leaf in the state tree; null when the account never held the asset. */
  readonly index?: Maybe<Scalars['BigInt']['output']>;
  /** The block these counters are as of. */
  readonly height: Scalars['BigInt']['output'];
};

/** Which units, and which way. */
export type TraceInput = {
  /** Code of the asset. With `transfer` it may be left out. */
  readonly asset?: InputMaybe<Scalars['String']['input']>;
  /** Units held by this address (BACKWARD), or ever received by it (FORWARD). */
  readonly address?: InputMaybe<Scalars['String']['input']>;
  /** Exactly the units that moved in this transfer (its hash). */
  readonly transfer?: InputMaybe<Scalars['String']['input']>;
  /** Back to the issue, or forward to the holders. */
  readonly direction?: InputMaybe<TraceDirection>;
  /**
   * The first unit. With `address`: BACKWARD counts the balance from its oldest unit (0 = the next to leave), FORWARD counts units ever
   * received. Without: a serial of the asset (its place in the order of issue). With `transfer`: from the first unit that moved. 0 if left out.
   */
  readonly offset?: InputMaybe<Scalars['BigInt']['input']>;
  /** How many units; all from `offset` on if left out. */
  readonly length?: InputMaybe<Scalars['BigInt']['input']>;
  /** The trace as of this block. Only the newest final block for now; else NOT_AVAILABLE. */
  readonly atHeight?: InputMaybe<Scalars['BigInt']['input']>;
  /** Steps to go at most; the server's own limit if left out. */
  readonly maxDepth?: InputMaybe<Scalars['Int']['input']>;
  /** Hops on this page: 200 if left out, at most 1,000. */
  readonly first?: InputMaybe<Scalars['Int']['input']>;
  /** `endCursor` of the page before. */
  readonly after?: InputMaybe<Scalars['String']['input']>;
};

/** Which way a trace goes. */
export type TraceDirection =
  /** Back to where the units were issued. */
  | 'BACKWARD'
  /** Forward to who holds them. */
  | 'FORWARD';

/** A page of a trace. */
export type Trace = {
  readonly __typename?: 'Trace';
  /** The block it is as of. */
  readonly height: Scalars['BigInt']['output'];
  /** The steps, ordered by (first unit in the start's numbering, depth): backward, nearest first along each path. */
  readonly hops: ReadonlyArray<Hop>;
  /** Where the units on this page were issued, in the start's order. */
  readonly origins: ReadonlyArray<Origin>;
  /** Who holds the units on this page: one entry an address and asset. */
  readonly holders: ReadonlyArray<Holder>;
  /** True when there is more: further pages, or paths cut off at `maxDepth`. */
  readonly truncated: Scalars['Boolean']['output'];
  /** The cursor of the next page; null on the last one (if `truncated` then, paths were cut off). */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
};

/** What one block added to a live trace; the first one is all of it. */
export type TraceUpdate = {
  readonly __typename?: 'TraceUpdate';
  /** The block. */
  readonly height: Scalars['BigInt']['output'];
  /** The new steps. */
  readonly hops: ReadonlyArray<Hop>;
  /** The new origins. */
  readonly origins: ReadonlyArray<Origin>;
  /** All holders of the traced units after this block. */
  readonly holders: ReadonlyArray<Holder>;
};

/** One step of a trace: a transfer, as far as traced units moved in it. */
export type Hop = {
  readonly __typename?: 'Hop';
  /** The transfer. */
  readonly transfer: Transfer;
  /** How many traced units moved in it, side by side. */
  readonly length: Scalars['BigInt']['output'];
  /** The first of them in the start's numbering (0 = the first unit asked for). */
  readonly unit: Scalars['BigInt']['output'];
  /** Steps from the start; the nearest is 1. */
  readonly depth: Scalars['Int']['output'];
};

/** Where traced units were issued. */
export type Origin = {
  readonly __typename?: 'Origin';
  /** The issue. */
  readonly transfer: Transfer;
  /** How many of them. */
  readonly length: Scalars['BigInt']['output'];
  /** Serial of the first: its place in the order of issue of its asset. */
  readonly serialFrom: Scalars['BigInt']['output'];
  /** The retirements their asset was made from; the trace goes on through them. */
  readonly madeFrom: ReadonlyArray<Transfer>;
};

/** Who holds traced units. */
export type Holder = {
  readonly __typename?: 'Holder';
  /** Address of the holder. */
  readonly address: Scalars['String']['output'];
  /** The holder as an account. */
  readonly account: Account;
  /** Of what: the asset asked for, or one made from it. */
  readonly asset: Asset;
  /** How many of the traced units. */
  readonly length: Scalars['BigInt']['output'];
};

/** The records at positions [index * size, (index + 1) * size): what one proof proves. */
export type Batch = {
  readonly __typename?: 'Batch';
  /** Its index in decimal. */
  readonly id: Scalars['ID']['output'];
  /** Its place: batch 0 begins with the first record of genesis. */
  readonly index: Scalars['BigInt']['output'];
  /** Records it holds when full. */
  readonly size: Scalars['Int']['output'];
  /** Records it holds now; empty places at the end of genesis are not counted. */
  readonly count: Scalars['Int']['output'];
  /** Whether all its places are taken: such a batch never changes. */
  readonly full: Scalars['Boolean']['output'];
  /** How far its proof is. */
  readonly status: BatchStatus;
  /** What the prover is doing, or why it failed; null otherwise. */
  readonly stage?: Maybe<Scalars['String']['output']>;
  /** The Groth16 proof as snarkjs writes it; null until there is one. Check it against `Service.verificationKeys`. */
  readonly proof?: Maybe<Scalars['JSON']['output']>;
  /** The proof's public signals as snarkjs writes them: chainId, index, stateRootBefore, stateRootAfter, recordsRoot, proven + 2^32 * attested. */
  readonly publicSignals?: Maybe<Scalars['JSON']['output']>;
  /** When its proof was taken in; null until there is one. */
  readonly provedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Seconds that its proof took, as its prover says; null until there is one. */
  readonly proofSeconds?: Maybe<Scalars['Float']['output']>;
  /** What computed its proof, as its prover says: `snarkjs` or `rapidsnark`. */
  readonly backend?: Maybe<Scalars['String']['output']>;
  /** What its proof is worth to others: nothing, while the chain's key is a development key. */
  readonly keyKind: ProvingKeyKind;
  /** Root of the history tree over its records; empty places count as 0. */
  readonly recordsRoot: Scalars['Hash']['output'];
  /** Records whose signature the proof checks: EdDSA keys. */
  readonly proven: Scalars['Int']['output'];
  /** Records it does not (RSA keys, registrations, genesis): the validators vouch for them. */
  readonly attested: Scalars['Int']['output'];
  /** Its records in order. */
  readonly transfers: TransferConnection;
};


/** The records at positions [index * size, (index + 1) * size): what one proof proves. */
export type BatchRecordsRootArgs = {
  before?: InputMaybe<Scalars['BigInt']['input']>;
};


/** The records at positions [index * size, (index + 1) * size): what one proof proves. */
export type BatchTransfersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
};

/** How far a batch's proof is. */
export type BatchStatus =
  /** Genesis records: anyone computes them from the genesis file, nothing to prove. */
  | 'GENESIS'
  /** The tail: not full yet. It can be asked for all the same; a fuller proof replaces its proof. */
  | 'WAITING'
  /** Full; no proof asked for yet. */
  | 'UNPROVEN'
  /** In the provers' queue. */
  | 'QUEUED'
  /** A prover is at work on it. */
  | 'PROVING'
  /** Its proof is stored and was checked. */
  | 'PROVEN'
  /** The last attempt failed; `stage` says why. It is tried again after a pause. */
  | 'FAILED'
  /** Given up after several attempts; `stage` says why. An operator can have it tried again: `ictl prover requeue`. */
  | 'DEAD';

/** What became of an action handed in. */
export type SubmitResult = {
  readonly __typename?: 'SubmitResult';
  /** The hash that was signed; null when the input was too malformed to have one. */
  readonly hash?: Maybe<Scalars['Hash']['output']>;
  /** What became of it. */
  readonly status: SubmitStatus;
  /** Why it was rejected; null otherwise. */
  readonly rejection?: Maybe<Rejection>;
  /** The action, once it is final or while it waits in the pool. */
  readonly transfer?: Maybe<Transfer>;
};

/** How long a submission waits. */
export type SubmitWait =
  /** Until the node has stored it in its pool. */
  | 'ACCEPTED'
  /** Until it is final, rejected or expired, or the server's limit is over. */
  | 'FINAL';

/** What became of an action handed in. */
export type SubmitStatus =
  /** Stored in the pool of the node behind this server. */
  | 'ACCEPTED'
  /** In a final block. */
  | 'FINAL'
  /** RejectionError; `rejection` says why. */
  | 'REJECTED'
  /** Its last era passed without it. */
  | 'EXPIRED'
  /** Not decided while this server waited: it may still enter a block. Ask `submission`. */
  | 'TIMEOUT';

/** Why an action was rejected. */
export type Rejection = {
  readonly __typename?: 'Rejection';
  /** Stable, for programs: `STALE_START`. `ictl explain CODE` says more. */
  readonly code: Scalars['String']['output'];
  /** A sentence for people. */
  readonly message: Scalars['String']['output'];
  /** What it is about: `{ "expected": "5", "got": "3" }`. */
  readonly data: Scalars['JSON']['output'];
};

/** A transfer (issue, retirement, reinstatement) with its signature. PROTOCOL.md, "Transfers". */
export type SignedTransferInput = {
  /** The chain it is for, 64 hexadecimal digits. */
  readonly chainId: Scalars['String']['input'];
  /** Who gives: an address; `MINT` for an issue, `RETIRED` for a reinstatement. */
  readonly from: Scalars['String']['input'];
  /** Who receives: an address; `RETIRED` for a retirement. */
  readonly to: Scalars['String']['input'];
  /** Id of the asset, 64 hexadecimal digits (not its code: the id is what is signed). */
  readonly asset: Scalars['String']['input'];
  /** How many units: at least 1, below 2^112. */
  readonly amount: Scalars['BigInt']['input'];
  /** The sender's `nextStart`. */
  readonly fromStart: Scalars['BigInt']['input'];
  /** The first era it may enter. */
  readonly era: Scalars['BigInt']['input'];
  /** A field element, 64 hexadecimal digits; zeros if left out. */
  readonly memo?: InputMaybe<Scalars['String']['input']>;
  /** Kind of the key. */
  readonly keyKind: KeyKind;
  /** The signer's key in hexadecimal digits: Ax || Ay for EDDSA, the DER SPKI for RSA. */
  readonly publicKey: Scalars['String']['input'];
  /** The signature in hexadecimal digits: R8x || R8y || S for EDDSA. */
  readonly signature: Scalars['String']['input'];
  /** Text to travel beside it, at most 4 KiB: stored apart, not signed. */
  readonly note?: InputMaybe<Scalars['String']['input']>;
};

/** The registration of an asset with its signature. PROTOCOL.md, "Registration". */
export type SignedAssetInput = {
  /** The chain it is for, 64 hexadecimal digits. */
  readonly chainId: Scalars['String']['input'];
  /** The definition as canonical JSON (RFC 8785): the text that was hashed and signed. */
  readonly definition: Scalars['String']['input'];
  /** The first era it may enter. */
  readonly era: Scalars['BigInt']['input'];
  /** Kind of the key. */
  readonly keyKind: KeyKind;
  /** The issuer's key in hexadecimal digits: Ax || Ay for EDDSA, the DER SPKI for RSA. */
  readonly publicKey: Scalars['String']['input'];
  /** The signature in hexadecimal digits: R8x || R8y || S for EDDSA. */
  readonly signature: Scalars['String']['input'];
  /** Text to travel beside it, at most 4 KiB: stored apart, not signed. */
  readonly note?: InputMaybe<Scalars['String']['input']>;
};

/** Where a page stands in its list. Cursors are opaque; they carry the block and the filter they belong to. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** Whether there is more behind this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether there is more before this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first item; null on an empty page. */
  readonly startCursor?: Maybe<Scalars['String']['output']>;
  /** Cursor of the last item; null on an empty page. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
};

/** A page of blocks. */
export type BlockConnection = {
  readonly __typename?: 'BlockConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<BlockEdge>;
  /** The items. */
  readonly nodes: ReadonlyArray<Block>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
  /** How many there are in all pages; null where no counter exists. */
  readonly totalCount?: Maybe<Scalars['Int']['output']>;
  /** The block the list is as of: that of the cursor given, else the request's. */
  readonly height: Scalars['BigInt']['output'];
};

/** A block in a page. */
export type BlockEdge = {
  readonly __typename?: 'BlockEdge';
  /** Its cursor. */
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
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
  /** How many there are in all pages, from counters; null where none exists (combined filters). */
  readonly totalCount?: Maybe<Scalars['Int']['output']>;
  /** The block the list is as of: that of the cursor given, else the request's. */
  readonly height: Scalars['BigInt']['output'];
};

/** A transfer in a page. */
export type TransferEdge = {
  readonly __typename?: 'TransferEdge';
  /** Its cursor. */
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
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
  /** How many there are in all pages, from counters; null where none exists (filters). */
  readonly totalCount?: Maybe<Scalars['Int']['output']>;
  /** The block the list is as of: that of the cursor given, else the request's. */
  readonly height: Scalars['BigInt']['output'];
};

/** An asset in a page. */
export type AssetEdge = {
  readonly __typename?: 'AssetEdge';
  /** Its cursor. */
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
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
  /** How many there are in all pages, from counters; null where none exists. */
  readonly totalCount?: Maybe<Scalars['Int']['output']>;
  /** The block the list is as of: that of the cursor given, else the request's. */
  readonly height: Scalars['BigInt']['output'];
};

/** A holding in a page. */
export type HoldingEdge = {
  readonly __typename?: 'HoldingEdge';
  /** Its cursor. */
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
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
  /** How many there are in all pages. */
  readonly totalCount?: Maybe<Scalars['Int']['output']>;
  /** The block the list is as of: that of the cursor given, else the request's. */
  readonly height: Scalars['BigInt']['output'];
};

/** A batch in a page. */
export type BatchEdge = {
  readonly __typename?: 'BatchEdge';
  /** Its cursor. */
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
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Chain: ResolverTypeWrapper<ChainModel>;
  Evidence: ResolverTypeWrapper<Evidence>;
  EvidenceKind: EvidenceKind;
  Validator: ResolverTypeWrapper<Validator>;
  ChainCounts: ResolverTypeWrapper<ChainCounts>;
  Service: ResolverTypeWrapper<ServiceModel>;
  Proving: ResolverTypeWrapper<Proving>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  NodeState: ResolverTypeWrapper<NodeState>;
  ConnectedPeer: ResolverTypeWrapper<ConnectedPeer>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  ServiceLimits: ResolverTypeWrapper<ServiceLimits>;
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
  Asset: ResolverTypeWrapper<AssetModel>;
  AssetFilter: AssetFilter;
  Holding: ResolverTypeWrapper<HoldingModel>;
  TraceInput: TraceInput;
  TraceDirection: TraceDirection;
  Trace: ResolverTypeWrapper<Omit<Trace, 'hops' | 'origins' | 'holders'> & { hops: ReadonlyArray<ResolversTypes['Hop']>, origins: ReadonlyArray<ResolversTypes['Origin']>, holders: ReadonlyArray<ResolversTypes['Holder']> }>;
  TraceUpdate: ResolverTypeWrapper<Omit<TraceUpdate, 'hops' | 'origins' | 'holders'> & { hops: ReadonlyArray<ResolversTypes['Hop']>, origins: ReadonlyArray<ResolversTypes['Origin']>, holders: ReadonlyArray<ResolversTypes['Holder']> }>;
  Hop: ResolverTypeWrapper<HopModel>;
  Origin: ResolverTypeWrapper<OriginModel>;
  Holder: ResolverTypeWrapper<HolderModel>;
  Batch: ResolverTypeWrapper<BatchModel>;
  BatchStatus: BatchStatus;
  SubmitResult: ResolverTypeWrapper<SubmitResultModel>;
  SubmitWait: SubmitWait;
  SubmitStatus: SubmitStatus;
  Rejection: ResolverTypeWrapper<Rejection>;
  SignedTransferInput: SignedTransferInput;
  SignedAssetInput: SignedAssetInput;
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
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  BigInt: Scalars['BigInt']['output'];
  Hash: Scalars['Hash']['output'];
  DateTime: Scalars['DateTime']['output'];
  JSON: Scalars['JSON']['output'];
  Query: Record<PropertyKey, never>;
  String: Scalars['String']['output'];
  Int: Scalars['Int']['output'];
  ID: Scalars['ID']['output'];
  Mutation: Record<PropertyKey, never>;
  Subscription: Record<PropertyKey, never>;
  Chain: ChainModel;
  Evidence: Evidence;
  Validator: Validator;
  ChainCounts: ChainCounts;
  Service: ServiceModel;
  Proving: Proving;
  Float: Scalars['Float']['output'];
  NodeState: NodeState;
  ConnectedPeer: ConnectedPeer;
  Boolean: Scalars['Boolean']['output'];
  ServiceLimits: ServiceLimits;
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
  TraceInput: TraceInput;
  Trace: Omit<Trace, 'hops' | 'origins' | 'holders'> & { hops: ReadonlyArray<ResolversParentTypes['Hop']>, origins: ReadonlyArray<ResolversParentTypes['Origin']>, holders: ReadonlyArray<ResolversParentTypes['Holder']> };
  TraceUpdate: Omit<TraceUpdate, 'hops' | 'origins' | 'holders'> & { hops: ReadonlyArray<ResolversParentTypes['Hop']>, origins: ReadonlyArray<ResolversParentTypes['Origin']>, holders: ReadonlyArray<ResolversParentTypes['Holder']> };
  Hop: HopModel;
  Origin: OriginModel;
  Holder: HolderModel;
  Batch: BatchModel;
  SubmitResult: SubmitResultModel;
  Rejection: Rejection;
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
};

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

export type QueryResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  chain?: Resolver<ResolversTypes['Chain'], ParentType, ContextType>;
  service?: Resolver<ResolversTypes['Service'], ParentType, ContextType>;
  block?: Resolver<Maybe<ResolversTypes['Block']>, ParentType, ContextType, Partial<QueryBlockArgs>>;
  blocks?: Resolver<ResolversTypes['BlockConnection'], ParentType, ContextType, Partial<QueryBlocksArgs>>;
  transfer?: Resolver<Maybe<ResolversTypes['Transfer']>, ParentType, ContextType, RequireFields<QueryTransferArgs, 'hash'>>;
  transfers?: Resolver<ResolversTypes['TransferConnection'], ParentType, ContextType, Partial<QueryTransfersArgs>>;
  pool?: Resolver<ResolversTypes['Pool'], ParentType, ContextType>;
  submission?: Resolver<Maybe<ResolversTypes['SubmitResult']>, ParentType, ContextType, RequireFields<QuerySubmissionArgs, 'hash'>>;
  account?: Resolver<Maybe<ResolversTypes['Account']>, ParentType, ContextType, RequireFields<QueryAccountArgs, 'address'>>;
  asset?: Resolver<Maybe<ResolversTypes['Asset']>, ParentType, ContextType, Partial<QueryAssetArgs>>;
  assets?: Resolver<ResolversTypes['AssetConnection'], ParentType, ContextType, Partial<QueryAssetsArgs>>;
  holding?: Resolver<Maybe<ResolversTypes['Holding']>, ParentType, ContextType, RequireFields<QueryHoldingArgs, 'address' | 'asset'>>;
  trace?: Resolver<ResolversTypes['Trace'], ParentType, ContextType, RequireFields<QueryTraceArgs, 'input'>>;
  batch?: Resolver<Maybe<ResolversTypes['Batch']>, ParentType, ContextType, RequireFields<QueryBatchArgs, 'id'>>;
  batches?: Resolver<ResolversTypes['BatchConnection'], ParentType, ContextType, Partial<QueryBatchesArgs>>;
};

export type MutationResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  submitTransfer?: Resolver<ResolversTypes['SubmitResult'], ParentType, ContextType, RequireFields<MutationSubmitTransferArgs, 'input' | 'wait'>>;
  registerAsset?: Resolver<ResolversTypes['SubmitResult'], ParentType, ContextType, RequireFields<MutationRegisterAssetArgs, 'input' | 'wait'>>;
  requestProof?: Resolver<ResolversTypes['Batch'], ParentType, ContextType, RequireFields<MutationRequestProofArgs, 'batch'>>;
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
  batchSize?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  stateDepth?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  firstPosition?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  validators?: Resolver<ReadonlyArray<ResolversTypes['Validator']>, ParentType, ContextType>;
  evidence?: Resolver<ReadonlyArray<ResolversTypes['Evidence']>, ParentType, ContextType>;
  counts?: Resolver<ResolversTypes['ChainCounts'], ParentType, ContextType>;
  genesis?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
};

export type EvidenceResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Evidence'] = ResolversParentTypes['Evidence']> = {
  validator?: Resolver<ResolversTypes['Validator'], ParentType, ContextType>;
  view?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['EvidenceKind'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  seenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type ValidatorResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Validator'] = ResolversParentTypes['Validator']> = {
  index?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  votingKey?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  transportKey?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
};

export type ChainCountsResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['ChainCounts'] = ResolversParentTypes['ChainCounts']> = {
  blocks?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  transfers?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  assets?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  holdings?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  accounts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  batches?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ServiceResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Service'] = ResolversParentTypes['Service']> = {
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  limits?: Resolver<ResolversTypes['ServiceLimits'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['NodeState']>, ParentType, ContextType>;
  verificationKeys?: Resolver<ReadonlyArray<ResolversTypes['VerificationKey']>, ParentType, ContextType>;
  proving?: Resolver<ResolversTypes['Proving'], ParentType, ContextType>;
};

export type ProvingResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Proving'] = ResolversParentTypes['Proving']> = {
  proofs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  backlog?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  waiting?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  running?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  dead?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  perMinute?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type NodeStateResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['NodeState'] = ResolversParentTypes['NodeState']> = {
  state?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  view?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  hashLag?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  clockOffsetMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  peers?: Resolver<ReadonlyArray<ResolversTypes['ConnectedPeer']>, ParentType, ContextType>;
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
  aliases?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tokens?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  bodyBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  traceHops?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  traceDepth?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  subscriptions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  timeoutMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  waitMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type VerificationKeyResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['VerificationKey'] = ResolversParentTypes['VerificationKey']> = {
  circuit?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ProvingKeyKind'], ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
};

export type BlockResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Block'] = ResolversParentTypes['Block']> = {
  height?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  view?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  era?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  timestamp?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  parentHash?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  proposer?: Resolver<Maybe<ResolversTypes['Validator']>, ParentType, ContextType>;
  stateRoot?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  historyRoot?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  header?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  certificate?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  transferCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  transfers?: Resolver<ResolversTypes['TransferConnection'], ParentType, ContextType, Partial<BlockTransfersArgs>>;
  batches?: Resolver<ResolversTypes['BatchConnection'], ParentType, ContextType, Partial<BlockBatchesArgs>>;
};

export type TransferResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Transfer'] = ResolversParentTypes['Transfer']> = {
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
};

export type PoolResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Pool'] = ResolversParentTypes['Pool']> = {
  size?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  limits?: Resolver<ResolversTypes['PoolLimits'], ParentType, ContextType>;
  oldestEra?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  pending?: Resolver<ResolversTypes['TransferConnection'], ParentType, ContextType, Partial<PoolPendingArgs>>;
};

export type PoolLimitsResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['PoolLimits'] = ResolversParentTypes['PoolLimits']> = {
  entries?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  perSigner?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AccountResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Account'] = ResolversParentTypes['Account']> = {
  address?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  holdings?: Resolver<ResolversTypes['HoldingConnection'], ParentType, ContextType, Partial<AccountHoldingsArgs>>;
  transfers?: Resolver<ResolversTypes['TransferConnection'], ParentType, ContextType, Partial<AccountTransfersArgs>>;
};

export type AssetResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Asset'] = ResolversParentTypes['Asset']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  cap?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  decimals?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unique?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  reinstatable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  issuer?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
  issued?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  retired?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  metadata?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  definition?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  madeFrom?: Resolver<ReadonlyArray<ResolversTypes['Transfer']>, ParentType, ContextType>;
  registration?: Resolver<Maybe<ResolversTypes['Transfer']>, ParentType, ContextType>;
  holdings?: Resolver<ResolversTypes['HoldingConnection'], ParentType, ContextType, Partial<AssetHoldingsArgs>>;
  transfers?: Resolver<ResolversTypes['TransferConnection'], ParentType, ContextType, Partial<AssetTransfersArgs>>;
};

export type HoldingResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Holding'] = ResolversParentTypes['Holding']> = {
  address?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  account?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
  asset?: Resolver<ResolversTypes['Asset'], ParentType, ContextType>;
  balance?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  inTotal?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  outTotal?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  nextStart?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  index?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  height?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
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
  stage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  proof?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  publicSignals?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  provedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  proofSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  backend?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  keyKind?: Resolver<ResolversTypes['ProvingKeyKind'], ParentType, ContextType>;
  recordsRoot?: Resolver<ResolversTypes['Hash'], ParentType, ContextType, Partial<BatchRecordsRootArgs>>;
  proven?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  attested?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  transfers?: Resolver<ResolversTypes['TransferConnection'], ParentType, ContextType, Partial<BatchTransfersArgs>>;
};

export type SubmitResultResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['SubmitResult'] = ResolversParentTypes['SubmitResult']> = {
  hash?: Resolver<Maybe<ResolversTypes['Hash']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['SubmitStatus'], ParentType, ContextType>;
  rejection?: Resolver<Maybe<ResolversTypes['Rejection']>, ParentType, ContextType>;
  transfer?: Resolver<Maybe<ResolversTypes['Transfer']>, ParentType, ContextType>;
};

export type RejectionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Rejection'] = ResolversParentTypes['Rejection']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
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
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
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
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
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
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
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
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
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
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
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
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Chain?: ChainResolvers<ContextType>;
  Evidence?: EvidenceResolvers<ContextType>;
  Validator?: ValidatorResolvers<ContextType>;
  ChainCounts?: ChainCountsResolvers<ContextType>;
  Service?: ServiceResolvers<ContextType>;
  Proving?: ProvingResolvers<ContextType>;
  NodeState?: NodeStateResolvers<ContextType>;
  ConnectedPeer?: ConnectedPeerResolvers<ContextType>;
  ServiceLimits?: ServiceLimitsResolvers<ContextType>;
  VerificationKey?: VerificationKeyResolvers<ContextType>;
  Block?: BlockResolvers<ContextType>;
  Transfer?: TransferResolvers<ContextType>;
  Pool?: PoolResolvers<ContextType>;
  PoolLimits?: PoolLimitsResolvers<ContextType>;
  Account?: AccountResolvers<ContextType>;
  Asset?: AssetResolvers<ContextType>;
  Holding?: HoldingResolvers<ContextType>;
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

