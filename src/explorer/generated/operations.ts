// Generated from schema.graphql and the .graphql files of src/explorer by `npm run generate`. Do not edit.
import type { TypedDocument } from '../data/typed-document.ts'
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What names a block: exactly one of these. */
export type BlockBy =
  {   /** Its height; 0 is genesis. */
  readonly height: string; readonly hash?: never; readonly at?: never; }
  |  { readonly height?: never;   /** Its hash, 64 hexadecimal digits. */
  readonly hash: string; readonly at?: never; }
  |  { readonly height?: never; readonly hash?: never;   /** A point in time: the newest block whose `timestamp` is at or before it. */
  readonly at: string; };

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

/** Type of the two messages of an equivocation. */
export type EvidenceKind =
  /** Two votes. */
  | 'VOTES'
  /** Two proposals. */
  | 'PROPOSALS';

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

/** Origin of a proving key. */
export type ProvingKeyKind =
  /** A development key. Its secrets are public, so anyone can forge proofs; its proofs prove nothing to others. */
  | 'DEVELOPMENT'
  /** A key from a trusted setup whose phase 2 was verified. */
  | 'PRODUCTION';

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

/** How units are kept apart from others: models of custody, in the words of UNTP. */
export type CustodyModel =
  /** Each lot is kept apart from all others. */
  | 'IDENTITY_PRESERVED'
  /** Units may be mixed with others of the same kind and origin. */
  | 'SEGREGATED'
  /** Units may be mixed with anything; only amounts are accounted for. */
  | 'MASS_BALANCE';

/** Conditions for assets. An asset must meet all conditions that are given. */
export type AssetFilter = {
  /** Address of the issuer. */
  readonly issuer?: string | null | undefined;
  /** Asset codes, at most 100: assets with one of them. Codes that no asset has are left out. */
  readonly codes?: ReadonlyArray<string> | null | undefined;
  /** Prefix of the asset code. */
  readonly codePrefix?: string | null | undefined;
  /** True for assets whose cap is 1, false for all others. */
  readonly unique?: boolean | null | undefined;
};

/** The units of a certificate, and the direction. */
export type CertificateInput = {
  /** The units to begin with. */
  readonly start: TraceStart;
  /** Backward to the issue, or forward to the holders. */
  readonly direction?: TraceDirection | null | undefined;
  /** The first unit; 0 by default. It counts as in `TraceInput`. */
  readonly offset?: string | null | undefined;
  /** Number of units; by default all units from `offset` on. */
  readonly length?: string | null | undefined;
  /**
   * Height as of which it is made: at least one final block has come after it. By default, the height before the newest final block with a
   * certificate of its own; inside `at`, the height there. What needs the counters of holdings is NOT_AVAILABLE beyond 20,000 later
   * records, which count as records that the request looked up (`traceRecords`).
   */
  readonly atHeight?: string | null | undefined;
};

/** The units to trace, and the direction. */
export type TraceInput = {
  /** The units to begin with. */
  readonly start: TraceStart;
  /** Backward to the issue, or forward to the holders. */
  readonly direction?: TraceDirection | null | undefined;
  /**
   * The first unit to trace; 0 by default. For a holding, BACKWARD counts the balance from its oldest unit (0 is the next one to
   * leave), and FORWARD counts all units ever received. For an asset, it is a serial: the unit's place in the order of
   * issue. For a transfer, it counts from the first unit that moved.
   */
  readonly offset?: string | null | undefined;
  /** Number of units to trace; by default all units from `offset` on. */
  readonly length?: string | null | undefined;
  /** Height of the block that the trace, and everything in it, is read as of; the newest final block by default. The same as a trace inside `at`. */
  readonly atHeight?: string | null | undefined;
  /** Maximum number of hops along one path; by default the server's limit. */
  readonly maxDepth?: number | null | undefined;
  /** Number of hops on this page: 200 by default, at most 1,000. A page has fewer if it is the last, or if it used up `traceRecords`. */
  readonly first?: number | null | undefined;
  /** `endCursor` of the previous page. */
  readonly after?: string | null | undefined;
};

/** The units that a trace begins with: exactly one of these. */
export type TraceStart =
  {   /** All units of the asset with this code that were ever issued. */
  readonly asset: string; readonly holding?: never; readonly transfer?: never; }
  |  { readonly asset?: never;   /** The units that a holding has (BACKWARD), or all units that it ever received (FORWARD). */
  readonly holding: HoldingKey; readonly transfer?: never; }
  |  { readonly asset?: never; readonly holding?: never;   /** The units that moved in the transfer with this hash. */
  readonly transfer: string; };

/** What names a holding. */
export type HoldingKey = {
  /** Address of the account. */
  readonly address: string;
  /** Asset code. */
  readonly asset: string;
};

/** Direction of a trace. */
export type TraceDirection =
  /** Backward to where the units were issued. */
  | 'BACKWARD'
  /** Forward to the current holders of the units. */
  | 'FORWARD';

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

export type SearchQueryVariables = Exact<{
  text: string;
}>;


export type SearchQuery = { readonly search: ReadonlyArray<{ readonly matched: SearchMatch, readonly node:
      | { readonly __typename: 'Block', readonly height: string }
      | { readonly __typename: 'Transfer', readonly hash: string, readonly kind: TransferKind }
      | { readonly __typename: 'Account', readonly address: string, readonly accountName: string | null }
      | { readonly __typename: 'Asset', readonly code: string, readonly name: string }
      | { readonly __typename: 'Holding' }
      | { readonly __typename: 'Batch' }
     }> };

export type HeadSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type HeadSubscription = { readonly chain: { readonly chainId: string, readonly name: string, readonly finalizedHeight: string, readonly era: string, readonly head: { readonly timestamp: string, readonly transferCount: number } } };

export type GoodsFragment = { readonly code: string, readonly name: string, readonly decimals: number, readonly custody: CustodyModel | null, readonly metadata: unknown, readonly madeFrom: ReadonlyArray<{ readonly hash: string }> };

export type TracePageFragment = { readonly height: string, readonly truncated: boolean, readonly endCursor: string | null, readonly hops: ReadonlyArray<{ readonly unit: string, readonly length: string, readonly depth: number, readonly behind: { readonly code: string } | null, readonly transfer: { readonly hash: string, readonly kind: TransferKind, readonly position: string | null, readonly height: string | null, readonly timestamp: string | null, readonly note: string | null, readonly from: { readonly address: string, readonly name: string | null }, readonly to: { readonly address: string, readonly name: string | null }, readonly asset: GoodsFragment | null } }>, readonly origins: ReadonlyArray<{ readonly length: string, readonly transfer: { readonly hash: string } }>, readonly holders: ReadonlyArray<{ readonly length: string, readonly account: { readonly address: string, readonly name: string | null }, readonly asset: { readonly code: string, readonly name: string, readonly decimals: number } }> };

export type TraceAtHeadFragment = { readonly trace: TracePageFragment | null, readonly chain: { readonly head: { readonly height: string, readonly timestamp: string } } };

export type TraceMoreQueryVariables = Exact<{
  trace: TraceInput;
}>;


export type TraceMoreQuery = { readonly trace: TracePageFragment | null };

export type LabelQueryVariables = Exact<{
  code: string;
}>;


export type LabelQuery = { readonly asset: { readonly code: string, readonly name: string, readonly decimals: number, readonly issued: string, readonly metadata: unknown, readonly issuer: { readonly address: string, readonly name: string | null } } | null };

export type AccountQueryVariables = Exact<{
  address: string;
  isKey: boolean;
  after?: string | null | undefined;
  holdingsAfter?: string | null | undefined;
  from: string;
  to: string;
}>;


export type AccountQuery = { readonly account: { readonly address: string, readonly accountId: string, readonly name: string | null, readonly holdings: { readonly totalCount: string | null, readonly nodes: ReadonlyArray<{ readonly balance: string, readonly inTotal: string, readonly outTotal: string, readonly asset: { readonly code: string, readonly name: string, readonly decimals: number } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } }, readonly pending: { readonly nodes: ReadonlyArray<TransferRowFragment> } | null, readonly activity?: ReadonlyArray<ActivityBarFragment>, readonly transfers: { readonly nodes: ReadonlyArray<TransferRowFragment>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type AssetJourneyFragment = (
  { readonly asset: { readonly code: string, readonly name: string, readonly assetId: string, readonly cap: string, readonly decimals: number, readonly unique: boolean, readonly reinstatable: boolean, readonly custody: CustodyModel | null, readonly metadata: unknown, readonly issued: string, readonly retired: string, readonly issuer: { readonly address: string, readonly name: string | null }, readonly madeFrom: ReadonlyArray<{ readonly hash: string, readonly amount: string, readonly asset: { readonly code: string, readonly name: string, readonly decimals: number } | null }>, readonly registration: { readonly hash: string, readonly height: string | null, readonly timestamp: string | null } | null, readonly holders: { readonly totalCount: string | null, readonly nodes: ReadonlyArray<{ readonly balance: string, readonly account: { readonly address: string, readonly name: string | null } }> } } | null }
  & TraceAtHeadFragment
);

export type AssetNowQueryVariables = Exact<{
  code: string;
  trace: TraceInput;
}>;


export type AssetNowQuery = AssetJourneyFragment;

export type AssetThenQueryVariables = Exact<{
  height: string;
  code: string;
  trace: TraceInput;
}>;


export type AssetThenQuery = { readonly at: AssetJourneyFragment };

export type AssetsQueryVariables = Exact<{
  filter?: AssetFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type AssetsQuery = { readonly assets: { readonly totalCount: string | null, readonly nodes: ReadonlyArray<{ readonly code: string, readonly name: string, readonly cap: string, readonly decimals: number, readonly unique: boolean, readonly issued: string, readonly retired: string, readonly issuer: { readonly address: string, readonly name: string | null }, readonly registration: { readonly timestamp: string | null } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type BatchQueryVariables = Exact<{
  index: string;
}>;


export type BatchQuery = { readonly batch: (
    { readonly full: boolean, readonly failure: string | null, readonly proof: unknown, readonly publicSignals: unknown, readonly keyKind: ProvingKeyKind, readonly recordsRoot: string, readonly proven: number, readonly attested: number, readonly transfers: { readonly nodes: ReadonlyArray<TransferRowFragment> } }
    & BatchRowFragment
  ) | null };

export type BatchesQueryVariables = Exact<{
  status?: BatchStatus | null | undefined;
  after?: string | null | undefined;
}>;


export type BatchesQuery = { readonly batches: { readonly nodes: ReadonlyArray<BatchRowFragment>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type BlockQueryVariables = Exact<{
  by: BlockBy;
  after?: string | null | undefined;
}>;


export type BlockQuery = { readonly chain: { readonly finalizedHeight: string }, readonly block: { readonly height: string, readonly hash: string, readonly view: string, readonly era: string, readonly timestamp: string, readonly parentHash: string, readonly stateRoot: string, readonly historyRoot: string, readonly logRoot: string, readonly position: string, readonly transferCount: number, readonly proposer: { readonly name: string } | null, readonly batches: { readonly nodes: ReadonlyArray<{ readonly index: string }> }, readonly transfers: { readonly nodes: ReadonlyArray<TransferRowFragment>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type BlocksQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type BlocksQuery = { readonly blocks: { readonly nodes: ReadonlyArray<BlockRowFragment>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type HoldersQueryVariables = Exact<{
  code: string;
  after?: string | null | undefined;
  holdersAfter?: string | null | undefined;
  from: string;
  to: string;
}>;


export type HoldersQuery = { readonly asset: { readonly code: string, readonly name: string, readonly cap: string, readonly decimals: number, readonly custody: CustodyModel | null, readonly issued: string, readonly retired: string, readonly issuer: { readonly address: string, readonly name: string | null }, readonly holders: { readonly totalCount: string | null, readonly nodes: ReadonlyArray<{ readonly address: string, readonly balance: string, readonly account: { readonly name: string | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } }, readonly activity: ReadonlyArray<ActivityBarFragment>, readonly transfers: { readonly nodes: ReadonlyArray<TransferRowFragment>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type HoldingJourneyFragment = (
  { readonly holding: { readonly balance: string, readonly inTotal: string, readonly outTotal: string, readonly account: { readonly address: string, readonly name: string | null } } | null, readonly asset: { readonly code: string, readonly name: string, readonly decimals: number, readonly custody: CustodyModel | null, readonly registration: { readonly height: string | null } | null } | null }
  & TraceAtHeadFragment
);

export type HoldingNowQueryVariables = Exact<{
  address: string;
  code: string;
  trace: TraceInput;
}>;


export type HoldingNowQuery = HoldingJourneyFragment;

export type HoldingThenQueryVariables = Exact<{
  height: string;
  address: string;
  code: string;
  trace: TraceInput;
}>;


export type HoldingThenQuery = { readonly at: HoldingJourneyFragment };

export type HomeQueryVariables = Exact<{
  from: string;
  to: string;
}>;


export type HomeQuery = { readonly chain: { readonly finalizedHeight: string, readonly eraMs: number, readonly counts: { readonly transfers: string, readonly assets: string, readonly accounts: string }, readonly validators: ReadonlyArray<{ readonly index: number }>, readonly activity: ReadonlyArray<ActivityBarFragment> }, readonly blocks: { readonly nodes: ReadonlyArray<BlockRowFragment> }, readonly transfers: { readonly nodes: ReadonlyArray<TransferRowFragment> } };

export type NetworkQueryVariables = Exact<{ [key: string]: never; }>;


export type NetworkQuery = { readonly chain: { readonly chainId: string, readonly finalizedHeight: string, readonly era: string, readonly eraMs: number, readonly startTime: string, readonly validators: ReadonlyArray<{ readonly index: number, readonly name: string, readonly votingKey: string }>, readonly evidence: ReadonlyArray<{ readonly view: string, readonly kind: EvidenceKind, readonly seenAt: string, readonly validator: { readonly name: string } }> }, readonly service: { readonly version: string, readonly node: { readonly state: NodeState, readonly view: string, readonly hashLag: string, readonly clockOffsetMs: number, readonly finality: { readonly blocks: number, readonly medianMs: number, readonly p95Ms: number, readonly maxMs: number } | null, readonly peers: ReadonlyArray<{ readonly name: string, readonly validator: boolean, readonly height: string | null, readonly software: string }>, readonly log: { readonly size: string | null, readonly validators: ReadonlyArray<{ readonly name: string, readonly size: string | null, readonly time: string | null, readonly contradiction: { readonly size: string } | null }>, readonly witnesses: ReadonlyArray<{ readonly name: string, readonly size: string | null, readonly time: string | null, readonly failure: string | null }> } } | null }, readonly blocks: { readonly nodes: ReadonlyArray<{ readonly height: string, readonly view: string, readonly timestamp: string, readonly proposer: { readonly index: number } | null }> } };

export type PoolQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type PoolQuery = { readonly pool: { readonly size: number, readonly bytes: string, readonly oldestEra: string | null, readonly limits: { readonly entries: number, readonly bytes: string, readonly perSigner: number }, readonly pending: { readonly nodes: ReadonlyArray<TransferRowFragment>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type ProvingQueryVariables = Exact<{ [key: string]: never; }>;


export type ProvingQuery = { readonly service: { readonly proving: { readonly proofs: string, readonly backlog: string, readonly waiting: string, readonly running: string, readonly dead: string, readonly perMinute: number, readonly provers: ReadonlyArray<{ readonly name: string, readonly version: string | null, readonly backend: ProofBackend | null, readonly threads: number | null, readonly batch: string | null, readonly stage: string, readonly secondsAgo: number }> }, readonly verificationKeys: ReadonlyArray<{ readonly circuit: string, readonly kind: ProvingKeyKind, readonly hash: string }> }, readonly active: { readonly nodes: ReadonlyArray<BatchRowFragment> }, readonly recent: { readonly nodes: ReadonlyArray<BatchRowFragment> } };

export type TransferJourneyFragment = (
  { readonly transfer: { readonly hash: string, readonly kind: TransferKind, readonly status: TransferStatus, readonly height: string | null, readonly timestamp: string | null, readonly position: string | null, readonly amount: string, readonly fromStart: string, readonly toStart: string | null, readonly memo: string, readonly note: string | null, readonly noteMatches: boolean | null, readonly attested: boolean, readonly keyKind: KeyKind | null, readonly signature: string | null, readonly from: { readonly address: string, readonly name: string | null }, readonly to: { readonly address: string, readonly name: string | null }, readonly asset: { readonly code: string, readonly name: string, readonly cap: string, readonly decimals: number, readonly custody: CustodyModel | null } | null, readonly batch: { readonly index: string, readonly status: BatchStatus } | null, readonly usedBy: { readonly code: string, readonly name: string } | null } | null }
  & TraceAtHeadFragment
);

export type TransferNowQueryVariables = Exact<{
  hash: string;
  trace: TraceInput;
}>;


export type TransferNowQuery = TransferJourneyFragment;

export type TransferThenQueryVariables = Exact<{
  height: string;
  hash: string;
  trace: TraceInput;
}>;


export type TransferThenQuery = { readonly at: TransferJourneyFragment };

export type UnitJourneyFragment = (
  { readonly asset: { readonly code: string, readonly name: string, readonly cap: string, readonly decimals: number, readonly custody: CustodyModel | null, readonly issued: string, readonly registration: { readonly height: string | null } | null } | null }
  & TraceAtHeadFragment
);

export type UnitNowQueryVariables = Exact<{
  code: string;
  trace: TraceInput;
}>;


export type UnitNowQuery = UnitJourneyFragment;

export type UnitThenQueryVariables = Exact<{
  height: string;
  code: string;
  trace: TraceInput;
}>;


export type UnitThenQuery = { readonly at: UnitJourneyFragment };

export type ActivityBarFragment = { readonly from: string, readonly records: string, readonly registers: string, readonly issues: string, readonly transfers: string, readonly retires: string, readonly reinstates: string };

export type BatchRowFragment = { readonly index: string, readonly count: number, readonly size: number, readonly status: BatchStatus, readonly stage: ProvingStage | null, readonly progress: number | null, readonly provedAt: string | null, readonly proofSeconds: number | null, readonly backend: ProofBackend | null };

export type BlockRowFragment = { readonly height: string, readonly hash: string, readonly timestamp: string, readonly transferCount: number, readonly proposer: { readonly name: string } | null };

export type TransferRowFragment = { readonly hash: string, readonly kind: TransferKind, readonly height: string | null, readonly timestamp: string | null, readonly amount: string, readonly note: string | null, readonly asset: { readonly code: string, readonly name: string, readonly decimals: number, readonly cap: string } | null, readonly from: { readonly address: string, readonly name: string | null }, readonly to: { readonly address: string, readonly name: string | null } };

export type BatchProofQueryVariables = Exact<{
  index: string;
}>;


export type BatchProofQuery = { readonly batch: { readonly proof: unknown, readonly publicSignals: unknown } | null, readonly service: { readonly verificationKeys: ReadonlyArray<{ readonly hash: string, readonly json: unknown }> } };

export type CertificateQueryVariables = Exact<{
  input: CertificateInput;
}>;


export type CertificateQuery = { readonly certificate: { readonly json: string, readonly height: string } | null };

export type ServedGenesisQueryVariables = Exact<{ [key: string]: never; }>;


export type ServedGenesisQuery = { readonly chain: { readonly genesis: unknown } };

export const SearchDocument: TypedDocument<SearchQuery, SearchQueryVariables> =
  "query Search($text:String!){search(text:$text first:8){matched node{__typename ...on Block{height}...on Transfer{hash kind}...on Asset{code name}...on Account{address accountName:name}}}}"

export const HeadDocument: TypedDocument<HeadSubscription, HeadSubscriptionVariables> =
  "subscription Head{chain{chainId name finalizedHeight era head{timestamp transferCount}}}"

export const TraceMoreDocument: TypedDocument<TraceMoreQuery, TraceMoreQueryVariables> =
  "query TraceMore($trace:TraceInput!){trace(input:$trace){...TracePage}}fragment TracePage on Trace{height truncated endCursor hops{unit length depth behind{code}transfer{hash kind position height timestamp note from{address name}to{address name}asset{...Goods}}}origins{length transfer{hash}}holders{length account{address name}asset{code name decimals}}}fragment Goods on Asset{code name decimals custody metadata madeFrom{hash}}"

export const LabelDocument: TypedDocument<LabelQuery, LabelQueryVariables> =
  "query Label($code:String!){asset(by:{code:$code}){code name decimals issued metadata issuer{address name}}}"

export const AccountDocument: TypedDocument<AccountQuery, AccountQueryVariables> =
  "query Account($address:String!$isKey:Boolean!$after:String$holdingsAfter:String$from:DateTime!$to:DateTime!){account(address:$address){address accountId name holdings(first:25 after:$holdingsAfter){totalCount nodes{balance inTotal outTotal asset{code name decimals}}pageInfo{hasNextPage endCursor}}pending(first:10){nodes{...TransferRow}}activity(by:DAY from:$from to:$to)@include(if:$isKey){...ActivityBar}transfers(order:NEWEST_FIRST first:25 after:$after){nodes{...TransferRow}pageInfo{hasNextPage endCursor}}}}fragment TransferRow on Transfer{hash kind height timestamp amount note asset{code name decimals cap}from{address name}to{address name}}fragment ActivityBar on Activity{from records registers issues transfers retires reinstates}"

export const AssetNowDocument: TypedDocument<AssetNowQuery, AssetNowQueryVariables> =
  "query AssetNow($code:String!$trace:TraceInput!){...AssetJourney}fragment AssetJourney on Query{asset(by:{code:$code}){code name assetId cap decimals unique reinstatable custody metadata issued retired issuer{address name}madeFrom{hash amount asset{code name decimals}}registration{hash height timestamp}holders(first:10){totalCount nodes{balance account{address name}}}}...TraceAtHead}fragment TraceAtHead on Query{trace(input:$trace){...TracePage}chain{head{height timestamp}}}fragment TracePage on Trace{height truncated endCursor hops{unit length depth behind{code}transfer{hash kind position height timestamp note from{address name}to{address name}asset{...Goods}}}origins{length transfer{hash}}holders{length account{address name}asset{code name decimals}}}fragment Goods on Asset{code name decimals custody metadata madeFrom{hash}}"

export const AssetThenDocument: TypedDocument<AssetThenQuery, AssetThenQueryVariables> =
  "query AssetThen($height:BigInt!$code:String!$trace:TraceInput!){at(height:$height){...AssetJourney}}fragment AssetJourney on Query{asset(by:{code:$code}){code name assetId cap decimals unique reinstatable custody metadata issued retired issuer{address name}madeFrom{hash amount asset{code name decimals}}registration{hash height timestamp}holders(first:10){totalCount nodes{balance account{address name}}}}...TraceAtHead}fragment TraceAtHead on Query{trace(input:$trace){...TracePage}chain{head{height timestamp}}}fragment TracePage on Trace{height truncated endCursor hops{unit length depth behind{code}transfer{hash kind position height timestamp note from{address name}to{address name}asset{...Goods}}}origins{length transfer{hash}}holders{length account{address name}asset{code name decimals}}}fragment Goods on Asset{code name decimals custody metadata madeFrom{hash}}"

export const AssetsDocument: TypedDocument<AssetsQuery, AssetsQueryVariables> =
  "query Assets($filter:AssetFilter$after:String){assets(order:NEWEST_FIRST first:25 after:$after filter:$filter){totalCount nodes{code name cap decimals unique issued retired issuer{address name}registration{timestamp}}pageInfo{hasNextPage endCursor}}}"

export const BatchDocument: TypedDocument<BatchQuery, BatchQueryVariables> =
  "query Batch($index:BigInt!){batch(index:$index){...BatchRow full failure proof publicSignals keyKind recordsRoot proven attested transfers(first:16){nodes{...TransferRow}}}}fragment BatchRow on Batch{index count size status stage progress provedAt proofSeconds backend}fragment TransferRow on Transfer{hash kind height timestamp amount note asset{code name decimals cap}from{address name}to{address name}}"

export const BatchesDocument: TypedDocument<BatchesQuery, BatchesQueryVariables> =
  "query Batches($status:BatchStatus$after:String){batches(order:NEWEST_FIRST first:25 after:$after status:$status){nodes{...BatchRow}pageInfo{hasNextPage endCursor}}}fragment BatchRow on Batch{index count size status stage progress provedAt proofSeconds backend}"

export const BlockDocument: TypedDocument<BlockQuery, BlockQueryVariables> =
  "query Block($by:BlockBy!$after:String){chain{finalizedHeight}block(by:$by){height hash view era timestamp parentHash stateRoot historyRoot logRoot position transferCount proposer{name}batches(first:20){nodes{index}}transfers(first:50 after:$after){nodes{...TransferRow}pageInfo{hasNextPage endCursor}}}}fragment TransferRow on Transfer{hash kind height timestamp amount note asset{code name decimals cap}from{address name}to{address name}}"

export const BlocksDocument: TypedDocument<BlocksQuery, BlocksQueryVariables> =
  "query Blocks($after:String){blocks(order:NEWEST_FIRST first:25 after:$after){nodes{...BlockRow}pageInfo{hasNextPage endCursor}}}fragment BlockRow on Block{height hash timestamp transferCount proposer{name}}"

export const HoldersDocument: TypedDocument<HoldersQuery, HoldersQueryVariables> =
  "query Holders($code:String!$after:String$holdersAfter:String$from:DateTime!$to:DateTime!){asset(by:{code:$code}){code name cap decimals custody issued retired issuer{address name}holders(first:25 after:$holdersAfter){totalCount nodes{address balance account{name}}pageInfo{hasNextPage endCursor}}activity(by:DAY from:$from to:$to){...ActivityBar}transfers(order:NEWEST_FIRST first:25 after:$after){nodes{...TransferRow}pageInfo{hasNextPage endCursor}}}}fragment ActivityBar on Activity{from records registers issues transfers retires reinstates}fragment TransferRow on Transfer{hash kind height timestamp amount note asset{code name decimals cap}from{address name}to{address name}}"

export const HoldingNowDocument: TypedDocument<HoldingNowQuery, HoldingNowQueryVariables> =
  "query HoldingNow($address:String!$code:String!$trace:TraceInput!){...HoldingJourney}fragment HoldingJourney on Query{holding(address:$address asset:$code){balance inTotal outTotal account{address name}}asset(by:{code:$code}){code name decimals custody registration{height}}...TraceAtHead}fragment TraceAtHead on Query{trace(input:$trace){...TracePage}chain{head{height timestamp}}}fragment TracePage on Trace{height truncated endCursor hops{unit length depth behind{code}transfer{hash kind position height timestamp note from{address name}to{address name}asset{...Goods}}}origins{length transfer{hash}}holders{length account{address name}asset{code name decimals}}}fragment Goods on Asset{code name decimals custody metadata madeFrom{hash}}"

export const HoldingThenDocument: TypedDocument<HoldingThenQuery, HoldingThenQueryVariables> =
  "query HoldingThen($height:BigInt!$address:String!$code:String!$trace:TraceInput!){at(height:$height){...HoldingJourney}}fragment HoldingJourney on Query{holding(address:$address asset:$code){balance inTotal outTotal account{address name}}asset(by:{code:$code}){code name decimals custody registration{height}}...TraceAtHead}fragment TraceAtHead on Query{trace(input:$trace){...TracePage}chain{head{height timestamp}}}fragment TracePage on Trace{height truncated endCursor hops{unit length depth behind{code}transfer{hash kind position height timestamp note from{address name}to{address name}asset{...Goods}}}origins{length transfer{hash}}holders{length account{address name}asset{code name decimals}}}fragment Goods on Asset{code name decimals custody metadata madeFrom{hash}}"

export const HomeDocument: TypedDocument<HomeQuery, HomeQueryVariables> =
  "query Home($from:DateTime!$to:DateTime!){chain{finalizedHeight eraMs counts{transfers assets accounts}validators{index}activity(by:HOUR from:$from to:$to){...ActivityBar}}blocks(order:NEWEST_FIRST first:8){nodes{...BlockRow}}transfers(order:NEWEST_FIRST first:10){nodes{...TransferRow}}}fragment ActivityBar on Activity{from records registers issues transfers retires reinstates}fragment BlockRow on Block{height hash timestamp transferCount proposer{name}}fragment TransferRow on Transfer{hash kind height timestamp amount note asset{code name decimals cap}from{address name}to{address name}}"

export const NetworkDocument: TypedDocument<NetworkQuery, NetworkQueryVariables> =
  "query Network{chain{chainId finalizedHeight era eraMs startTime validators{index name votingKey}evidence{validator{name}view kind seenAt}}service{version node{state view hashLag clockOffsetMs finality{blocks medianMs p95Ms maxMs}peers{name validator height software}log{size validators{name size time contradiction{size}}witnesses{name size time failure}}}}blocks(order:NEWEST_FIRST first:60){nodes{height view timestamp proposer{index}}}}"

export const PoolDocument: TypedDocument<PoolQuery, PoolQueryVariables> =
  "query Pool($after:String){pool{size bytes oldestEra limits{entries bytes perSigner}pending(first:50 after:$after){nodes{...TransferRow}pageInfo{hasNextPage endCursor}}}}fragment TransferRow on Transfer{hash kind height timestamp amount note asset{code name decimals cap}from{address name}to{address name}}"

export const ProvingDocument: TypedDocument<ProvingQuery, ProvingQueryVariables> =
  "query Proving{service{proving{proofs backlog waiting running dead perMinute provers{name version backend threads batch stage secondsAgo}}verificationKeys{circuit kind hash}}active:batches(status:PROVING order:NEWEST_FIRST first:10){nodes{...BatchRow}}recent:batches(status:PROVEN order:NEWEST_FIRST first:30){nodes{...BatchRow}}}fragment BatchRow on Batch{index count size status stage progress provedAt proofSeconds backend}"

export const TransferNowDocument: TypedDocument<TransferNowQuery, TransferNowQueryVariables> =
  "query TransferNow($hash:String!$trace:TraceInput!){...TransferJourney}fragment TransferJourney on Query{transfer(hash:$hash){hash kind status height timestamp position amount fromStart toStart memo note noteMatches attested keyKind signature from{address name}to{address name}asset{code name cap decimals custody}batch{index status}usedBy{code name}}...TraceAtHead}fragment TraceAtHead on Query{trace(input:$trace){...TracePage}chain{head{height timestamp}}}fragment TracePage on Trace{height truncated endCursor hops{unit length depth behind{code}transfer{hash kind position height timestamp note from{address name}to{address name}asset{...Goods}}}origins{length transfer{hash}}holders{length account{address name}asset{code name decimals}}}fragment Goods on Asset{code name decimals custody metadata madeFrom{hash}}"

export const TransferThenDocument: TypedDocument<TransferThenQuery, TransferThenQueryVariables> =
  "query TransferThen($height:BigInt!$hash:String!$trace:TraceInput!){at(height:$height){...TransferJourney}}fragment TransferJourney on Query{transfer(hash:$hash){hash kind status height timestamp position amount fromStart toStart memo note noteMatches attested keyKind signature from{address name}to{address name}asset{code name cap decimals custody}batch{index status}usedBy{code name}}...TraceAtHead}fragment TraceAtHead on Query{trace(input:$trace){...TracePage}chain{head{height timestamp}}}fragment TracePage on Trace{height truncated endCursor hops{unit length depth behind{code}transfer{hash kind position height timestamp note from{address name}to{address name}asset{...Goods}}}origins{length transfer{hash}}holders{length account{address name}asset{code name decimals}}}fragment Goods on Asset{code name decimals custody metadata madeFrom{hash}}"

export const UnitNowDocument: TypedDocument<UnitNowQuery, UnitNowQueryVariables> =
  "query UnitNow($code:String!$trace:TraceInput!){...UnitJourney}fragment UnitJourney on Query{asset(by:{code:$code}){code name cap decimals custody issued registration{height}}...TraceAtHead}fragment TraceAtHead on Query{trace(input:$trace){...TracePage}chain{head{height timestamp}}}fragment TracePage on Trace{height truncated endCursor hops{unit length depth behind{code}transfer{hash kind position height timestamp note from{address name}to{address name}asset{...Goods}}}origins{length transfer{hash}}holders{length account{address name}asset{code name decimals}}}fragment Goods on Asset{code name decimals custody metadata madeFrom{hash}}"

export const UnitThenDocument: TypedDocument<UnitThenQuery, UnitThenQueryVariables> =
  "query UnitThen($height:BigInt!$code:String!$trace:TraceInput!){at(height:$height){...UnitJourney}}fragment UnitJourney on Query{asset(by:{code:$code}){code name cap decimals custody issued registration{height}}...TraceAtHead}fragment TraceAtHead on Query{trace(input:$trace){...TracePage}chain{head{height timestamp}}}fragment TracePage on Trace{height truncated endCursor hops{unit length depth behind{code}transfer{hash kind position height timestamp note from{address name}to{address name}asset{...Goods}}}origins{length transfer{hash}}holders{length account{address name}asset{code name decimals}}}fragment Goods on Asset{code name decimals custody metadata madeFrom{hash}}"

export const BatchProofDocument: TypedDocument<BatchProofQuery, BatchProofQueryVariables> =
  "query BatchProof($index:BigInt!){batch(index:$index){proof publicSignals}service{verificationKeys{hash json}}}"

export const CertificateDocument: TypedDocument<CertificateQuery, CertificateQueryVariables> =
  "query Certificate($input:CertificateInput!){certificate(input:$input){json height}}"

export const ServedGenesisDocument: TypedDocument<ServedGenesisQuery, ServedGenesisQueryVariables> =
  "query ServedGenesis{chain{genesis}}"
