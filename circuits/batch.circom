pragma circom 2.2.0;

include "circomlib/circuits/bitify.circom";
include "generated/params.circom";
include "lib/data.circom";
include "lib/slot.circom";
include "lib/tree.circom";

// Applying the records of batch `index`, in order, to the state of root stateRootBefore gives the state of root
// stateRootAfter, each proven record carries its signer's signature, and each attested one is of an RSA account. README.md says what this does not say.
//
// slots = 4^height records; a state tree of `depth` levels, whose nodes `top` levels under the root are held as an array from
// slot to slot. A slot's inputs are explained in lib/slot.circom.
template Batch(height, depth, top) {
    var slots = 4**height;

    // Public, in this order
    signal input chainId;                           // field element
    signal input index;                             // COUNT_BITS; the batch's place in the history
    signal input stateRootBefore;                   // field element
    signal input stateRootAfter;                    // field element
    signal input recordsRoot;                       // field element; the history tree's node over these records
    signal input counts;                            // proven + 2^32 * attested
    signal input dataPoint;                         // field element
    signal input dataValue;                         // field element; the polynomial of the words of all records, there

    signal input nodes[4**top];                     // state nodes `top` levels under the root, before

    signal input proven[slots];
    signal input attested[slots];
    signal input register[slots];
    signal input from[slots];
    signal input to[slots];
    signal input assetId[slots];
    signal input fromStart[slots];
    signal input amount[slots];
    signal input era[slots];
    signal input memo[slots];
    signal input toStart[slots];
    signal input blockEra[slots];
    signal input fromHolding[slots];
    signal input toHolding[slots];
    signal input senderInTotal[slots];
    signal input receiverOutTotal[slots];
    signal input issuer[slots];
    signal input cap[slots];
    signal input decimals[slots];
    signal input reinstatable[slots];
    signal input definitionHash[slots];
    signal input keyEighth[slots][2];
    signal input r8[slots][2];
    signal input s[slots];
    signal input spkiHash[slots];
    signal input senderPath[slots][depth - top][4];
    signal input receiverPath[slots][depth - top][4];

    AssertBits(COUNT_BITS())(index);

    signal before <== TreeRoot(top)(nodes);
    before === stateRootBefore;

    component slot[slots];
    component records = TreeRoot(height);
    component data = Evaluate(RECORD_WORDS() * slots);
    data.point <== dataPoint;
    var provenCount = 0;
    var attestedCount = 0;
    for (var i = 0; i < slots; i++) {
        slot[i] = Slot(depth, top);
        slot[i].chainId <== chainId;
        if (i == 0) {
            slot[i].nodes <== nodes;
        } else {
            slot[i].nodes <== slot[i - 1].updated;
        }
        slot[i].proven <== proven[i];
        slot[i].attested <== attested[i];
        slot[i].register <== register[i];
        slot[i].from <== from[i];
        slot[i].to <== to[i];
        slot[i].assetId <== assetId[i];
        slot[i].fromStart <== fromStart[i];
        slot[i].amount <== amount[i];
        slot[i].era <== era[i];
        slot[i].memo <== memo[i];
        slot[i].toStart <== toStart[i];
        slot[i].blockEra <== blockEra[i];
        slot[i].fromHolding <== fromHolding[i];
        slot[i].toHolding <== toHolding[i];
        slot[i].senderInTotal <== senderInTotal[i];
        slot[i].receiverOutTotal <== receiverOutTotal[i];
        slot[i].issuer <== issuer[i];
        slot[i].cap <== cap[i];
        slot[i].decimals <== decimals[i];
        slot[i].reinstatable <== reinstatable[i];
        slot[i].definitionHash <== definitionHash[i];
        slot[i].keyEighth <== keyEighth[i];
        slot[i].r8 <== r8[i];
        slot[i].s <== s[i];
        slot[i].spkiHash <== spkiHash[i];
        slot[i].senderPath <== senderPath[i];
        slot[i].receiverPath <== receiverPath[i];

        records.nodes[i] <== slot[i].record;
        for (var w = 0; w < RECORD_WORDS(); w++) data.words[RECORD_WORDS()*i + w] <== slot[i].words[w];
        provenCount += proven[i];
        attestedCount += attested[i];
    }

    // Records come first, empty slots behind them, and there is one record at least
    slot[0].real === 1;
    for (var i = 1; i < slots; i++) slot[i].real * (1 - slot[i - 1].real) === 0;

    records.root === recordsRoot;
    data.value === dataValue;
    counts === provenCount + attestedCount * 2**COUNT_BITS();

    signal after <== TreeRoot(top)(slot[slots - 1].updated);
    after === stateRootAfter;
}
