pragma circom 2.2.0;

include "circomlib/circuits/poseidon.circom";
include "select.circom";

// The node `levels` levels above a leaf of a quaternary tree. Fails unless the leaf is the one at its index below that node.
// The caller keeps the bits boolean.
template NodeAbove(levels) {
    signal input bits[2*levels];            // the leaf's index, low bit first: two bits a level, leaf level first
    signal input leaf;
    signal input path[levels][4];           // on each level, leaf level first: all four children
    signal output node;

    var below = leaf;
    component own[levels];
    component hash[levels];
    for (var l = 0; l < levels; l++) {
        own[l] = Select(2);
        for (var b = 0; b < 2; b++) own[l].bits[b] <== bits[2*l + b];
        own[l].in <== path[l];
        own[l].out === below;
        hash[l] = Poseidon(4);
        hash[l].inputs <== path[l];
        below = hash[l].out;
    }
    node <== below;
}

// The node `levels` levels above a leaf, wherever below that node the leaf is. Three constraints a level, besides its hash, and
// no index: on each level one of the four children is the node below.
template NodeOver(levels) {
    signal input leaf;
    signal input path[levels][4];           // on each level, leaf level first: all four children
    signal output node;

    signal first[levels];
    signal second[levels];
    var below = leaf;
    component hash[levels];
    for (var l = 0; l < levels; l++) {
        first[l] <== (path[l][0] - below) * (path[l][1] - below);
        second[l] <== (path[l][2] - below) * (path[l][3] - below);
        first[l] * second[l] === 0;
        hash[l] = Poseidon(4);
        hash[l].inputs <== path[l];
        below = hash[l].out;
    }
    node <== below;
}
