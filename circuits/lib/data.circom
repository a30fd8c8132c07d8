pragma circom 2.2.0;

// The value at `point` of the polynomial whose coefficients are the words, the highest first: ((w0 * point + w1) * point + ...).
// Who knows the words can compute it too. If the point is chosen when the words of both sides are fixed, equal values show that
// they are the same words (PROTOCOL.md, "Data of batches"). The caller keeps the words canonical in what they stand for.
template Evaluate(n) {
    signal input words[n];
    signal input point;
    signal output value;

    signal sums[n];
    sums[0] <== words[0];
    for (var i = 1; i < n; i++) sums[i] <== sums[i - 1] * point + words[i];
    value <== sums[n - 1];
}
