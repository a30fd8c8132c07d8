pragma circom 2.2.0;

include "circomlib/circuits/comparators.circom";
include "../generated/params.circom";
include "bits.circom";
include "hashes.circom";
include "path.circom";

// One hop of an origin, towards the issue: the record that brought `length` units, from `unit` on, into a holding, and where they
// were before (PROTOCOL.md, "Origin proofs").
//
// An issue leads nowhere: account, holding and unit stay as they are, so that the same record can be taken again. A walk that is
// shorter than the circuit repeats its issue, and nothing has to say which hops are real.
//
// The record's receiver, asset, toStart and amount are no inputs: they follow from where the units are. So a record that is not
// the one that brought these units has a hash that is not in the history.
template Hop(historyDepth) {
    // Shared by the proof
    signal input chainId;                           // field element
    signal input historyRoot;                       // field element
    signal input assetId;                           // field element
    signal input length;                            // AMOUNT_BITS

    // Where the units are: the record's `to` and `toHolding`
    signal input account;                           // account
    signal input holding;                           // HOLDING_BITS
    signal input unit;                              // the first of them, counted as the holding's arrivals

    // The record
    signal input attested;                          // boolean: its flags, 0 or 1, so it is no registration
    signal input from;                              // account
    signal input fromHolding;                       // HOLDING_BITS
    signal input fromStart;                         // COUNTER_BITS
    signal input offset;                            // AMOUNT_BITS; its units before these
    signal input rest;                              // AMOUNT_BITS; its units after these
    signal input era;                               // hashed alone: no range is needed
    signal input memo;                              // field element
    signal input blockEra;                          // ERA_BITS
    signal input path[historyDepth][4];             // where it is in the history: all children on each level, leaf level first

    // Where the units were: as they are if it is an issue
    signal output source;                           // account
    signal output sourceHolding;                    // HOLDING_BITS
    signal output sourceUnit;
    signal output isIssue;                          // boolean
    signal output fromUnit;                         // the first unit, counted as the sender's departures: after MINT, its serial

    // Flags and ranges
    attested * (1 - attested) === 0;
    AssertBits(HOLDING_BITS())(fromHolding);
    AssertBits(COUNTER_BITS())(fromStart);
    AssertBits(ERA_BITS())(blockEra);

    // The units are units of the record. Its amount is then below 3 * 2^112, so that nothing overlaps where it is packed
    AssertBits(AMOUNT_BITS())(offset);
    AssertBits(AMOUNT_BITS())(rest);
    signal amount <== offset + length + rest;
    signal toStart <== unit - offset;
    AssertBits(COUNTER_BITS())(toStart);

    // The record is in the history
    signal transferHash;
    (transferHash, _) <== TransferHash()(chainId, from, account, assetId, fromStart, amount, era, memo);
    signal record;
    (record, _) <== RecordHash()(transferHash, fromHolding, holding, toStart, attested, blockEra);
    signal root <== NodeOver(historyDepth)(record, path);
    root === historyRoot;

    // Before it
    isIssue <== IsZero()(from - MINT());
    fromUnit <== fromStart + offset;
    source <== from + isIssue * (account - from);
    sourceHolding <== fromHolding + isIssue * (holding - fromHolding);
    sourceUnit <== fromUnit + isIssue * (unit - fromUnit);
}
