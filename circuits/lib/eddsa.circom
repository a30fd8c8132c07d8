pragma circom 2.2.0;

include "circomlib/circuits/babyjub.circom";
include "circomlib/circuits/comparators.circom";
include "circomlib/circuits/escalarmulany.circom";
include "circomlib/circuits/escalarmulfix.circom";
include "circomlib/circuits/poseidon.circom";
include "bits.circom";

// Eight times a point of BabyJubJub. The curve has 8 times as many points as its prime-order subgroup, so the result is in
// that subgroup. The caller keeps the point on the curve.
template TimesEight() {
    signal input in[2];
    signal output out[2];

    var point[2] = in;
    component doubled[3];
    for (var i = 0; i < 3; i++) {
        doubled[i] = BabyDbl();
        doubled[i].x <== point[0];
        doubled[i].y <== point[1];
        point[0] = doubled[i].xout;
        point[1] = doubled[i].yout;
    }
    out <== point;
}

// EdDSA-Poseidon as circomlib's EdDSAPoseidonVerifier checks it: S * B8 = R8 + Poseidon(R8, A, M) * 8A. Always enforced: where
// there is no signature to check, keyEighth = r8 = (0, 1) and s = 0 satisfy it for every message.
//
// What the caller must still demand where a signature counts: that the key is not the identity (isIdentity = 0). All else is
// here: A is in the prime-order subgroup, R8 on the curve, S below the subgroup's order.
template Eddsa() {
    signal input keyEighth[2];      // a point A' on the curve; the key A = 8 A'
    signal input r8[2];             // point on the curve
    signal input s;                 // below the subgroup's order
    signal input message;           // field element
    signal output key[2];           // A
    signal output isIdentity;       // 1 if A is the identity

    // Subgroup order l = 2736030358979909402780800718157159386076813972158567259200215660948447373041
    var MAX_SCALAR = 2736030358979909402780800718157159386076813972158567259200215660948447373040;
    var BASE8[2] = [
        5299619240641551281634865583518297030282874472190772894086521144482721001553,
        16950150798460657717958625567821834550301663161624707787222815936182638968203
    ];

    BabyCheck()(keyEighth[0], keyEighth[1]);
    key <== TimesEight()(keyEighth);
    isIdentity <== IsZero()(key[0]);    // in the subgroup only the identity has x = 0

    BabyCheck()(r8[0], r8[1]);
    component scalar = BitsAtMost(251, MAX_SCALAR);
    scalar.in <== s;

    component challenge = BitsAtMost(254, -1);
    challenge.in <== Poseidon(5)([r8[0], r8[1], key[0], key[1], message]);

    component right = EscalarMulAny(254);
    right.e <== challenge.bits;
    right.p <== TimesEight()(key);

    component sum = BabyAdd();
    sum.x1 <== r8[0];
    sum.y1 <== r8[1];
    sum.x2 <== right.out[0];
    sum.y2 <== right.out[1];

    component left = EscalarMulFix(251, BASE8);
    left.e <== scalar.bits;
    left.out[0] === sum.xout;
    left.out[1] === sum.yout;
}
