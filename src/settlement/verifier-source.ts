import { bytesToHex } from '../codec/bytes.ts'
import { R } from '../crypto/field.ts'
import type { VerificationKey } from '../verify/verification-key.ts'
import { vkHash } from '../verify/verification-key.ts'

/**
 * Generates the Solidity source of a verifier for one key, based on the precompiles of EIP-196 and EIP-197. It is as strict as verifyGroth16:
 * signals must be canonical, and points on the curve, in the subgroup and not infinity. PROTOCOL.md, "Settlement".
 */
export function verifierSource(key: VerificationKey): string {
  const words = (bytes: Uint8Array) =>
    Array.from({ length: bytes.length / 32 }, (_, i) => `0x${bytesToHex(bytes.slice(32 * i, 32 * i + 32))}`)
  const [first, ...rest] = key.ic.map(({ bytes }) => words(bytes))
  const stored = (words: readonly string[], at: number) =>
    words.map((word, i) => `            mstore(add(m, ${32 * (at + i)}), ${word})`).join('\n')
  // Pairs of the pairing: (-A, B), (alpha, beta), (inputs, gamma), (C, delta).
  return `// SPDX-License-Identifier: GPL-3.0-only
pragma solidity ^0.8.24;

/// Verifies Groth16 proofs for the key with vkHash ${vkHash(key)}. Generated from that key. Do not edit.
contract Verifier {
    uint256 private constant R = ${R};
    uint256 private constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;

    /// proof: A (x, y), B (x imaginary, x real, y imaginary, y real), C (x, y).
    function verify(uint256[8] calldata proof, uint256[${key.publicSignals}] calldata signals) external view returns (bool) {
        for (uint256 i = 0; i < ${key.publicSignals}; i++) if (signals[i] >= R) return false;
        // The precompiles accept (0, 0) as infinity, which no honest prover produces.
        if ((proof[0] | proof[1]) == 0 || (proof[6] | proof[7]) == 0) return false;
        if ((proof[2] | proof[3] | proof[4] | proof[5]) == 0) return false;
        if (proof[1] >= Q) return false;
        uint256[2] memory inputs = [uint256(${first!.join('), uint256(')})];
${rest.map(([x, y], i) => `        if (!addMultiple(inputs, ${x}, ${y}, signals[${i}])) return false;`).join('\n')}
        bool holds;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, calldataload(proof))
            mstore(add(m, 32), mod(sub(Q, calldataload(add(proof, 32))), Q))
            calldatacopy(add(m, 64), add(proof, 64), 128)
${stored([...words(key.alpha1.bytes), ...words(key.beta2.bytes)], 6)}
            mstore(add(m, 384), mload(inputs))
            mstore(add(m, 416), mload(add(inputs, 32)))
${stored(words(key.gamma2.bytes), 14)}
            calldatacopy(add(m, 576), add(proof, 192), 64)
${stored(words(key.delta2.bytes), 20)}
            // Two statements, because the arguments of one expression are evaluated from right to left: the result would be read before the call.
            let answered := staticcall(gas(), 8, m, 768, m, 32)
            holds := and(answered, eq(mload(m), 1))
        }
        return holds;
    }

    /// sum += scalar * (x, y); false if a precompile rejects its input.
    function addMultiple(uint256[2] memory sum, uint256 x, uint256 y, uint256 scalar) private view returns (bool ok) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, x)
            mstore(add(m, 32), y)
            mstore(add(m, 64), scalar)
            ok := staticcall(gas(), 7, m, 96, add(m, 64), 64)
            mstore(m, mload(sum))
            mstore(add(m, 32), mload(add(sum, 32)))
            ok := and(ok, staticcall(gas(), 6, m, 128, sum, 64))
        }
    }
}
`
}
