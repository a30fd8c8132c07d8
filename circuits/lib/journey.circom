pragma circom 2.2.0;

include "circomlib/circuits/bitify.circom";
include "../generated/params.circom";
include "bits.circom";
include "hashes.circom";
include "hop.circom";
include "path.circom";

// How units came into the holding where they are: `length` units of an asset are in a holding of the state with root stateRoot, and
// at most `hops` records of the history with root historyRoot brought them there together, from their issue.
//
// Phases: the units in their holding, the hops.
template Journey(hops, depth, historyDepth) {
    signal input chainId;                           // field element
    signal input stateRoot;                         // field element; of one header with historyRoot
    signal input historyRoot;                       // field element
    signal input assetId;                           // field element
    signal input length;                            // 1 to 2^112 units

    // The units in their holding
    signal input account;                           // account
    signal input holding;                           // 2 * depth bits
    signal input outTotal;                          // COUNTER_BITS
    signal input older;                             // COUNTER_BITS; units of the balance before these
    signal input newer;                             // COUNTER_BITS; units of the balance after these
    signal input statePath[depth][4];               // all children on each level, leaf level first

    // The records, the last to arrive first; those behind the issue repeat it. See hop.circom
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

    signal output unit;                             // COUNTER_BITS; the first of the units, counted as the holding's arrivals
    signal output serial;                           // its serial

    // The units are there: none has left, all have arrived. outTotal needs no range: with these three, the packed counters of a
    // leaf have one decomposition only, because a shift by 2^120 would leave one of them outside its range
    AssertBits(AMOUNT_BITS())(length - 1);
    AssertBits(COUNTER_BITS())(older);
    AssertBits(COUNTER_BITS())(newer);
    unit <== outTotal + older;
    signal inTotal <== unit + length + newer;
    AssertBits(COUNTER_BITS())(inTotal);
    component index = Num2Bits(2*depth);
    index.in <== holding;
    signal leaf <== LeafHash()(account, assetId, inTotal, outTotal);
    component state = NodeAbove(depth);
    state.bits <== index.out;
    state.leaf <== leaf;
    state.path <== statePath;
    state.node === stateRoot;

    // The hops: the last one is an issue
    component hop[hops];
    for (var i = 0; i < hops; i++) {
        hop[i] = Hop(historyDepth);
        hop[i].chainId <== chainId;
        hop[i].historyRoot <== historyRoot;
        hop[i].assetId <== assetId;
        hop[i].length <== length;
        if (i == 0) {
            hop[i].account <== account;
            hop[i].holding <== holding;
            hop[i].unit <== unit;
        } else {
            hop[i].account <== hop[i - 1].source;
            hop[i].holding <== hop[i - 1].sourceHolding;
            hop[i].unit <== hop[i - 1].sourceUnit;
        }
        hop[i].attested <== attested[i];
        hop[i].from <== from[i];
        hop[i].fromHolding <== fromHolding[i];
        hop[i].fromStart <== fromStart[i];
        hop[i].offset <== offset[i];
        hop[i].rest <== rest[i];
        hop[i].era <== era[i];
        hop[i].memo <== memo[i];
        hop[i].blockEra <== blockEra[i];
        hop[i].path <== path[i];
    }
    hop[hops - 1].isIssue === 1;
    serial <== hop[hops - 1].fromUnit;
}
