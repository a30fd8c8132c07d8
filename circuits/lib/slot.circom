pragma circom 2.2.0;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/comparators.circom";
include "circomlib/circuits/poseidon.circom";
include "../generated/params.circom";
include "bits.circom";
include "eddsa.circom";
include "hashes.circom";
include "tree.circom";

// One record's place in a batch: applies the record to the state (PROTOCOL.md, "Batch proofs").
//
// Phases: kind, ranges, the asset opened from its id, parties, balance, sender's leaf, receiver's leaf, record, signature.
//
// Nothing is switched off in a slot without a record (an empty one): it reads a holding as sender and as receiver, moves 0
// units, and its record is 0. In a register the sender's phase reads the leaf that is still empty.
template Slot(depth, top) {
    // Shared by the batch
    signal input chainId;                           // field element
    signal input nodes[4**top];                     // state nodes `top` levels under the root, before

    // Kind: at most one is set; an empty slot has none
    signal input proven;                            // boolean: signature checked here (flags 0)
    signal input attested;                          // boolean: not checked here (flags 1)
    signal input register;                          // boolean: registers an asset (flags 2)

    // The transfer
    signal input from;                              // account
    signal input to;                                // account
    signal input assetId;                           // field element
    signal input fromStart;                         // COUNTER_BITS; the sender's outTotal before
    signal input amount;                            // AMOUNT_BITS
    signal input era;                               // ERA_BITS
    signal input memo;                              // field element

    // The rest of its record
    signal input toStart;                           // COUNTER_BITS; the receiver's inTotal before
    signal input blockEra;                          // ERA_BITS
    signal input fromHolding;                       // 2 * depth bits
    signal input toHolding;                         // 2 * depth bits

    // The other counters of the two holdings, before
    signal input senderInTotal;                     // COUNTER_BITS
    signal input receiverOutTotal;                  // COUNTER_BITS

    // The asset, opened from its id
    signal input issuer;                            // account
    signal input cap;                               // AMOUNT_BITS
    signal input decimals;                          // DECIMALS_BITS
    signal input reinstatable;                      // boolean
    signal input definitionHash;                    // field element

    // The signature; without one (0, 1), (0, 1) and 0
    signal input keyEighth[2];                      // point on the curve; the key is 8 times it
    signal input r8[2];                             // point on the curve
    signal input s;                                 // below the subgroup's order

    // Where the two leaves are: all children on each level, leaf level first
    signal input senderPath[depth - top][4];        // before the sender's update
    signal input receiverPath[depth - top][4];      // after it

    signal output updated[4**top];                  // state nodes, after
    signal output record;                           // its leaf in the history tree; 0 for an empty slot
    signal output real;                             // boolean: not empty

    // Kind
    proven * (1 - proven) === 0;
    attested * (1 - attested) === 0;
    register * (1 - register) === 0;
    real <== proven + attested + register;
    real * (1 - real) === 0;

    // Ranges
    AssertBits(AMOUNT_BITS())(amount);
    AssertBits(COUNTER_BITS())(fromStart);
    AssertBits(COUNTER_BITS())(toStart);
    AssertBits(COUNTER_BITS())(senderInTotal);
    AssertBits(COUNTER_BITS())(receiverOutTotal);
    AssertBits(COUNTER_BITS())(toStart + amount);
    AssertBits(ERA_BITS())(era);
    AssertBits(ERA_BITS())(blockEra);
    component fromIndex = Num2Bits(2*depth);
    fromIndex.in <== fromHolding;
    component toIndex = Num2Bits(2*depth);
    toIndex.in <== toHolding;

    // Asset
    AssertBits(AMOUNT_BITS())(cap);
    AssertBits(DECIMALS_BITS())(decimals);
    reinstatable * (1 - reinstatable) === 0;
    signal opened <== AssetId()(issuer, cap, decimals, reinstatable, definitionHash);
    opened === assetId;

    // Parties
    signal fromMint <== IsZero()(from - MINT());
    signal fromRetired <== IsZero()(from - RETIRED());
    signal toMint <== IsZero()(to - MINT());
    signal toRetired <== IsZero()(to - RETIRED());
    signal toItself <== IsZero()(from - to);
    real * toItself === 0;
    real * (toMint - register) === 0;
    fromMint * toRetired === 0;
    fromRetired * (1 - reinstatable) === 0;

    // A register opens the asset's own mint holding, for its issuer, with its cap
    register * (from - issuer) === 0;
    register * (amount - cap) === 0;
    register * (memo - definitionHash) === 0;
    register * fromStart === 0;
    register * (senderInTotal - cap) === 0;
    register * (fromHolding - toHolding) === 0;

    // Balance: the sender's new outTotal, at most its inTotal, is then in range too
    signal noAmount <== IsZero()(amount);
    noAmount === 1 - real;
    AssertBits(COUNTER_BITS())(senderInTotal - fromStart - amount);

    // Sender's leaf: left as it is in a register, where it is the mint holding's place, empty still
    signal senderBefore <== LeafHash()(from, assetId, senderInTotal, fromStart);
    signal senderAfter <== LeafHash()(from, assetId, senderInTotal, fromStart + amount);
    component sender = UpdateLeaf(depth, top);
    sender.bits <== fromIndex.out;
    sender.oldLeaf <== (1 - register) * senderBefore;
    sender.newLeaf <== (1 - register) * senderAfter;
    sender.path <== senderPath;
    sender.nodes <== nodes;

    // Receiver's leaf: empty before if and only if nothing ever arrived there. A slot without a record opens none
    signal opens <== IsZero()(toStart);
    opens * (1 - real) === 0;
    opens * receiverOutTotal === 0;
    register * (1 - opens) === 0;
    signal receiverBefore <== LeafHash()(to, assetId, toStart, receiverOutTotal);
    signal receiverAfter <== LeafHash()(to, assetId, toStart + amount, receiverOutTotal);
    component receiver = UpdateLeaf(depth, top);
    receiver.bits <== toIndex.out;
    receiver.oldLeaf <== (1 - opens) * receiverBefore;
    receiver.newLeaf <== receiverAfter;
    receiver.path <== receiverPath;
    receiver.nodes <== sender.updated;
    updated <== receiver.updated;

    // Record
    signal transferHash <== TransferHash()(chainId, from, to, assetId, fromStart, amount, era, memo);
    signal recordHash <== RecordHash()(transferHash, fromHolding, toHolding, toStart, attested + 2*register, blockEra);
    record <== real * recordHash;

    // Signature: by the sender, or for MINT and RETIRED by the asset's issuer
    signal signer <== from + (fromMint + fromRetired) * (issuer - from);
    component eddsa = Eddsa();
    eddsa.keyEighth <== keyEighth;
    eddsa.r8 <== r8;
    eddsa.s <== s;
    eddsa.message <== transferHash;
    signal account <== Poseidon(2)(eddsa.key);
    proven * (account - signer) === 0;
    proven * eddsa.isIdentity === 0;

    // An empty slot's content is fixed as far as the phases above leave it free
    (1 - real) * (era + blockEra) === 0;
    (1 - real) * memo === 0;
}
