pragma circom 2.2.0;

include "circomlib/circuits/poseidon.circom";
include "select.circom";

// Root of a full quaternary tree over 4^height nodes: node = Poseidon(c0, c1, c2, c3) (PROTOCOL.md, "Trees").
template TreeRoot(height) {
    signal input nodes[4**height];
    signal output root;

    var level[4**height];
    for (var i = 0; i < 4**height; i++) level[i] = nodes[i];

    component hashes[(4**height - 1) / 3];
    var next = 0;
    for (var h = height - 1; h >= 0; h--) {
        for (var i = 0; i < 4**h; i++) {
            hashes[next] = Poseidon(4);
            for (var c = 0; c < 4; c++) hashes[next].inputs[c] <== level[4*i + c];
            level[i] = hashes[next].out;
            next++;
        }
    }
    root <== level[0];
}

// Replaces one leaf of the state tree. The nodes `top` levels under the root are held as an array, which the batch hashes
// once before its first and once after its last slot; the path leads from the leaf to one of them.
// Fails unless oldLeaf is the leaf at the index. The caller keeps the bits boolean.
template UpdateLeaf(depth, top) {
    signal input bits[2*depth];             // the leaf's index, low bit first: two bits a level, leaf level first
    signal input oldLeaf;                   // 0 where there is none
    signal input newLeaf;
    signal input path[depth - top][4];      // on each level, leaf level first: all four children, before
    signal input nodes[4**top];             // before
    signal output updated[4**top];          // after

    var old = oldLeaf;
    var new = newLeaf;
    component own[depth - top];
    component change[depth - top];
    component oldNode[depth - top];
    component newNode[depth - top];
    for (var l = 0; l < depth - top; l++) {
        own[l] = Select(2);
        change[l] = Place(2);
        oldNode[l] = Poseidon(4);
        newNode[l] = Poseidon(4);
        change[l].in <== new - old;
        for (var b = 0; b < 2; b++) {
            own[l].bits[b] <== bits[2*l + b];
            change[l].bits[b] <== bits[2*l + b];
        }
        for (var c = 0; c < 4; c++) {
            own[l].in[c] <== path[l][c];
            oldNode[l].inputs[c] <== path[l][c];
            newNode[l].inputs[c] <== path[l][c] + change[l].out[c];
        }
        own[l].out === old;
        old = oldNode[l].out;
        new = newNode[l].out;
    }

    component topOwn = Select(2*top);
    component topChange = Place(2*top);
    topChange.in <== new - old;
    for (var b = 0; b < 2*top; b++) {
        topOwn.bits[b] <== bits[2*(depth - top) + b];
        topChange.bits[b] <== bits[2*(depth - top) + b];
    }
    for (var i = 0; i < 4**top; i++) {
        topOwn.in[i] <== nodes[i];
        updated[i] <== nodes[i] + topChange.out[i];
    }
    topOwn.out === old;
}
