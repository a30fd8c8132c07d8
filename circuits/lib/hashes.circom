pragma circom 2.2.0;

include "circomlib/circuits/poseidon.circom";
include "../generated/params.circom";

// The hashes that TypeScript and the circuits share (PROTOCOL.md, "Hashes"). Packed parts must be range-checked by the
// caller: amount and cap below 2^112, decimals below 2^8, counters below 2^120, eras below 2^48, holdings below 2^32.

template TransferHash() {
    signal input chainId;       // field element
    signal input from;          // account
    signal input to;            // account
    signal input assetId;       // field element
    signal input fromStart;     // COUNTER_BITS
    signal input amount;        // AMOUNT_BITS
    signal input era;           // ERA_BITS
    signal input memo;          // field element
    signal output out;
    signal output units;        // fromStart and amount, packed

    units <== fromStart + amount * 2**COUNTER_BITS();
    out <== Poseidon(8)([TRANSFER_TAG(), chainId, from, to, assetId, units, era, memo]);
}

template RegisterHash() {
    signal input chainId;       // field element
    signal input assetId;       // field element
    signal input era;           // era
    signal output out;

    out <== Poseidon(4)([REGISTER_TAG(), chainId, assetId, era]);
}

template RecordHash() {
    signal input transferHash;  // field element
    signal input fromHolding;   // HOLDING_BITS
    signal input toHolding;     // HOLDING_BITS
    signal input toStart;       // COUNTER_BITS
    signal input flags;         // FLAGS_BITS
    signal input blockEra;      // ERA_BITS
    signal output out;
    signal output packed;       // all inputs but transferHash

    var sum = 0;
    var shift = 0;
    sum += fromHolding * 2**shift;
    shift += HOLDING_BITS();
    sum += toHolding * 2**shift;
    shift += HOLDING_BITS();
    sum += toStart * 2**shift;
    shift += COUNTER_BITS();
    sum += flags * 2**shift;
    shift += FLAGS_BITS();
    sum += blockEra * 2**shift;
    packed <== sum;
    out <== Poseidon(2)([transferHash, packed]);
}

template LeafHash() {
    signal input account;       // account
    signal input assetId;       // field element
    signal input inTotal;       // COUNTER_BITS
    signal input outTotal;      // COUNTER_BITS
    signal output out;

    out <== Poseidon(3)([account, assetId, inTotal + outTotal * 2**COUNTER_BITS()]);
}

template AssetId() {
    signal input issuer;        // account
    signal input cap;           // AMOUNT_BITS
    signal input decimals;      // DECIMALS_BITS
    signal input reinstatable;  // boolean
    signal input definitionHash; // field element
    signal output out;

    var packed = cap + decimals * 2**AMOUNT_BITS() + reinstatable * 2**(AMOUNT_BITS() + DECIMALS_BITS());
    out <== Poseidon(4)([ASSET_TAG(), issuer, packed, definitionHash]);
}
