pragma circom 2.2.0;

include "circomlib/circuits/poseidon.circom";
include "generated/params.circom";
include "lib/bits.circom";
include "lib/eddsa.circom";
include "lib/journey.circom";

// Somebody holds `length` units of an asset, as of the state with root stateRoot; they came there together, by at most `hops`
// records of the history with root historyRoot, from their issue; and their serials are in [serialLo, serialHi). README.md says
// what this does not say.
//
// Phases: the journey of the units, their serials, the commitment to where they are, the holder's signature. Inputs that are not
// explained here are in lib/journey.circom.
template Origin(hops, depth, historyDepth) {
    // Public, in this order
    signal input chainId;                           // field element
    signal input stateRoot;                         // field element; of one header with historyRoot
    signal input historyRoot;                       // field element
    signal input assetId;                           // field element
    signal input length;                            // 1 to 2^112 units
    signal input serialLo;                          // least serial that the units may have
    signal input serialHi;                          // all serials are below it
    signal input endCommit;                         // Poseidon(END_TAG, account, holding, unit, salt)
    signal input purpose;                           // field element; what the proof is made for: signed by the holder
    signal input holderProven;                      // boolean: the holder's signature is checked here

    // The journey
    signal input account;
    signal input holding;
    signal input outTotal;
    signal input older;
    signal input newer;
    signal input statePath[depth][4];
    signal input attested[hops];
    signal input from[hops];
    signal input fromHolding[hops];
    signal input fromStart[hops];
    signal input offset[hops];
    signal input rest[hops];
    signal input era[hops];
    signal input memo[hops];
    signal input blockEra[hops];
    signal input path[hops][historyDepth][4];

    signal input salt;                              // field element; hides what endCommit commits to

    // The holder's signature; without one (0, 1), (0, 1) and 0
    signal input keyEighth[2];                      // point on the curve; the key is 8 times it
    signal input r8[2];                             // point on the curve
    signal input s;                                 // below the subgroup's order

    component journey = Journey(hops, depth, historyDepth);
    journey.chainId <== chainId;
    journey.stateRoot <== stateRoot;
    journey.historyRoot <== historyRoot;
    journey.assetId <== assetId;
    journey.length <== length;
    journey.account <== account;
    journey.holding <== holding;
    journey.outTotal <== outTotal;
    journey.older <== older;
    journey.newer <== newer;
    journey.statePath <== statePath;
    journey.attested <== attested;
    journey.from <== from;
    journey.fromHolding <== fromHolding;
    journey.fromStart <== fromStart;
    journey.offset <== offset;
    journey.rest <== rest;
    journey.era <== era;
    journey.memo <== memo;
    journey.blockEra <== blockEra;
    journey.path <== path;

    // The serials
    AssertBits(COUNTER_BITS())(journey.serial - serialLo);
    AssertBits(COUNTER_BITS())(serialHi - journey.serial - length);

    // The holding, hidden
    signal commit <== Poseidon(5)([END_TAG(), account, holding, journey.unit, salt]);
    commit === endCommit;

    // The holder signs what the proof is made for
    holderProven * (1 - holderProven) === 0;
    component eddsa = Eddsa();
    eddsa.keyEighth <== keyEighth;
    eddsa.r8 <== r8;
    eddsa.s <== s;
    eddsa.message <== Poseidon(5)([ORIGIN_TAG(), purpose, historyRoot, stateRoot, endCommit]);
    signal keyAccount <== Poseidon(2)(eddsa.key);
    holderProven * (keyAccount - account) === 0;
    holderProven * eddsa.isIdentity === 0;
}
