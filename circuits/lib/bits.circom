pragma circom 2.2.0;

include "circomlib/circuits/bitify.circom";

// Fails unless 0 <= in < 2^n. The caller keeps n <= 253, below which a sum of bits cannot wrap around the field.
template AssertBits(n) {
    signal input in;

    component bits = Num2Bits(n);
    bits.in <== in;
}

// The bits of `in`, low first; fails unless in <= max. `max` is a constant of n bits (n <= 254): the bits are those of the
// one integer 0 <= in <= max <= r - 1, so unlike Num2Bits(254) there is no second decomposition, of in + r.
//
// From the top bit down, `tied` is 1 while all bits equal those of max. Where max has a 0 the bit must be 0 if tied: one
// constraint says that and that the bit is boolean. (Zcash protocol specification, A.3.2.2.)
template BitsAtMost(n, max) {
    signal input in;
    signal output bits[n];
    signal tied[n];

    var sum = 0;
    for (var i = n - 1; i >= 0; i--) {
        bits[i] <-- (in >> i) & 1;
        sum += bits[i] * 2**i;
        if (((max >> i) & 1) == 1) {
            bits[i] * (1 - bits[i]) === 0;
            if (i == n - 1) {
                tied[i] <== bits[i];
            } else {
                tied[i] <== tied[i + 1] * bits[i];
            }
        } else {
            if (i == n - 1) {
                tied[i] <== 1;
            } else {
                tied[i] <== tied[i + 1];
            }
            (1 - tied[i] - bits[i]) * bits[i] === 0;
        }
    }
    sum === in;
}
