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
// Phases: kind, ranges, the asset opened from its id, parties, balance, sender's leaf, receiver's leaf, record, signer.
//
// Nothing is switched off in a slot without a record (an empty one): it reads a holding as sender and as receiver, moves 0
// units, and its record is 0. In a register the sender's phase reads the leaf that is still empty.
template Slot(depth, top) {
    // Shared by the batch
    signal input chainId;                           // field element
    signal input nodes[4**top];                     // state nodes `top` levels under the root, before

    // Kind: a record is either proven or attested; an empty slot is neither, and no register
    signal input proven;                            // boolean: signature checked here
    signal input attested;                          // boolean: not checked here, by an RSA account
    signal input register;                          // boolean: registers an asset

    // The transfer
    signal input from;                              // account
    signal input to;                                // account
    signal input assetId;                           // field element
    signal input fromStart;                         // the sender's outTotal before
    signal input amount;                            // AMOUNT_BITS
    signal input era;                               // field element: hashed alone, and the validators' to check
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

    // The signer of an attested record; otherwise 0
    signal input spkiHash;                          // H31 of its RSA key

    // Where the two leaves are: all children on each level, leaf level first
    signal input senderPath[depth - top][4];        // before the sender's update
    signal input receiverPath[depth - top][4];      // after it

    signal output updated[4**top];                  // state nodes, after
    signal output record;                           // its leaf in the history tree; 0 for an empty slot
    signal output words[RECORD_WORDS()];            // what that leaf is the hash of; 0 for an empty slot
    signal output real;                             // boolean: not empty

    // Kind
    proven * (1 - proven) === 0;
    attested * (1 - attested) === 0;
    register * (1 - register) === 0;
    real <== proven + attested;
    real * (1 - real) === 0;

    // Ranges
    AssertBits(AMOUNT_BITS())(amount);
    AssertBits(COUNTER_BITS())(toStart);
    AssertBits(COUNTER_BITS())(senderInTotal);
    AssertBits(COUNTER_BITS())(receiverOutTotal);
    AssertBits(COUNTER_BITS())(toStart + amount);
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

    // Balance: the sender's new outTotal, at most its inTotal, is then in range too. So is fromStart: it is no more than inTotal, it
    // is above -2^121, and no leaf with counters in range has the same hash as one with a counter below 0
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
    component transfer = TransferHash();
    transfer.chainId <== chainId;
    transfer.from <== from;
    transfer.to <== to;
    transfer.assetId <== assetId;
    transfer.fromStart <== fromStart;
    transfer.amount <== amount;
    transfer.era <== era;
    transfer.memo <== memo;
    signal flags <== attested + register * (3 - 2*attested);
    component applied = RecordHash();
    applied.transferHash <== transfer.out;
    applied.fromHolding <== fromHolding;
    applied.toHolding <== toHolding;
    applied.toStart <== toStart;
    applied.flags <== flags;
    applied.blockEra <== blockEra;
    record <== real * applied.out;
    var content[RECORD_WORDS()] = [from, to, assetId, transfer.units, era, memo, applied.packed];
    for (var w = 0; w < RECORD_WORDS(); w++) words[w] <== real * content[w];

    // Signer: the sender, or for MINT and RETIRED the asset's issuer. A proven record's is an EdDSA account, whose key signed here; an
    // attested one's is an RSA account. RSA_TAG is the x of no point, so no account is both
    signal signer <== from + (fromMint + fromRetired) * (issuer - from);
    component eddsa = Eddsa();
    eddsa.keyEighth <== keyEighth;
    eddsa.r8 <== r8;
    eddsa.s <== s;
    signal registerHash <== RegisterHash()(chainId, assetId, era);
    eddsa.message <== transfer.out + register * (registerHash - transfer.out);
    signal first <== eddsa.key[0] + attested * (RSA_TAG() - eddsa.key[0]);
    signal second <== eddsa.key[1] + attested * (spkiHash - eddsa.key[1]);
    signal account <== Poseidon(2)([first, second]);
    real * (account - signer) === 0;
    proven * eddsa.isIdentity === 0;
    (1 - attested) * spkiHash === 0;

    // An empty slot's content is fixed as far as the phases above leave it free
    (1 - real) * era === 0;
    (1 - real) * blockEra === 0;
    (1 - real) * memo === 0;
}
