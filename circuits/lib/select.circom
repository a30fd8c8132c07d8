pragma circom 2.2.0;

// out = in[index], where index has the bits `bits`, low first. 2^n - 1 constraints.
// The caller keeps the bits boolean.
template Select(n) {
    signal input in[2**n];
    signal input bits[n];
    signal output out;
    signal chosen[2**n - 1];

    var left[2**n];
    for (var j = 0; j < 2**n; j++) left[j] = in[j];

    var next = 0;
    for (var k = 0; k < n; k++) {
        for (var j = 0; j < 2**(n - 1 - k); j++) {
            chosen[next] <== left[2*j] + bits[k] * (left[2*j + 1] - left[2*j]);
            left[j] = chosen[next];
            next++;
        }
    }
    out <== left[0];
}

// out[index] = in and every other out is 0, where index has the bits `bits`, low first. 2^n - 1 constraints.
// The caller keeps the bits boolean.
template Place(n) {
    signal input in;
    signal input bits[n];
    signal output out[2**n];
    signal upper[2**n - 1];

    var part[2**n];
    part[0] = in;

    var next = 0;
    for (var k = n - 1; k >= 0; k--) {
        for (var j = 2**(n - 1 - k) - 1; j >= 0; j--) {
            upper[next] <== bits[k] * part[j];
            part[2*j + 1] = upper[next];
            part[2*j] = part[j] - upper[next];
            next++;
        }
    }
    for (var j = 0; j < 2**n; j++) out[j] <== part[j];
}
