// SPDX-License-Identifier: GPL-3.0-only
pragma solidity ^0.8.24;

/// The contract in Verifier.sol, which is generated for one verification key.
interface IVerifier {
    /// True if the proof (A, B, C in EIP-197's order) is valid for these public signals, and each signal is below the order of the field.
    function verify(uint256[8] calldata proof, uint256[8] calldata signals) external view returns (bool);
}

/// Stores the state root of one Inpigritas chain and advances it batch by batch, in order, beginning with its genesis.
///
/// A batch needs both a proof and signatures, because neither is enough alone. The proof shows that the records of the batch lead from one
/// state root to the next, and that nothing of an EdDSA account moves, is issued or registered without its signature. The signatures of a quorum
/// of operators, who follow the chain, show that the batch belongs to the chain: a valid proof can be made for records that the chain never made
/// final, with eras that were not kept or accounts that have two holdings of an asset, and for records of RSA accounts that nobody signed
/// (PROTOCOL.md, "Settlement").
///
/// Each batch comes with its data, which is checked against the proof and emitted. So whoever reads the events knows all holdings, and operators
/// cannot move the state on without showing what moved it (PROTOCOL.md, "Data of batches").
contract Settlement {
    bytes32 private constant DOMAIN = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant BATCH =
        keccak256("Batch(uint256 chainId,uint256 index,uint256 stateRootAfter,uint256 recordsRoot,uint256 counts)");
    /// Half the order of secp256k1. Of the two values of S that make a signature valid, only the lower one is accepted (EIP-2).
    uint256 private constant MAX_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;
    uint256 private constant SIGNATURE_BYTES = 65;
    /// Order of the field of words and signals.
    uint256 private constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    /// Bytes of a record in the data of its batch: seven words.
    uint256 private constant RECORD_BYTES = 224;

    IVerifier public immutable verifier;
    /// Id of the Inpigritas chain, not of this EVM chain.
    uint256 public immutable chainId;
    uint256 public immutable batchSize;
    /// Number of operators who must sign each batch.
    uint256 public immutable quorum;
    mapping(address => bool) public isOperator;

    /// Index of the next batch to settle.
    uint256 public nextIndex;
    /// State root before that batch.
    uint256 public stateRoot;

    event Settled(uint256 indexed index, uint256 stateRootAfter, uint256 recordsRoot, uint256 counts, bytes data);

    error BadOperators();
    error BadQuorum();
    error NotNext(uint256 nextIndex);
    error NotFull();
    error BadData();
    error BadSignatures();
    error BadProof();

    /// firstIndex is the index of the first provable batch, genesisRoot the state root after genesis. Both follow from the genesis file.
    constructor(
        IVerifier verifier_,
        uint256 chainId_,
        uint256 batchSize_,
        uint256 firstIndex,
        uint256 genesisRoot,
        address[] memory operators,
        uint256 quorum_
    ) {
        if (quorum_ == 0 || quorum_ > operators.length) revert BadQuorum();
        for (uint256 i = 0; i < operators.length; i++) {
            if (operators[i] == address(0) || isOperator[operators[i]]) revert BadOperators();
            isOperator[operators[i]] = true;
        }
        verifier = verifier_;
        chainId = chainId_;
        batchSize = batchSize_;
        quorum = quorum_;
        nextIndex = firstIndex;
        stateRoot = genesisRoot;
    }

    /// The hash that operators sign for a batch: EIP-712 typed data that is bound to this contract and this EVM chain.
    function digest(uint256 index, uint256 stateRootAfter, uint256 recordsRoot, uint256 counts) public view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN, keccak256("Inpigritas settlement"), keccak256("1"), block.chainid, address(this))
        );
        bytes32 batch = keccak256(abi.encode(BATCH, chainId, index, stateRootAfter, recordsRoot, counts));
        return keccak256(abi.encodePacked(hex"1901", domain, batch));
    }

    /// Settles the next batch, which must be full: a proof of a partial batch ends at a state in the middle of the batch, from which the next
    /// batch does not begin.
    /// data: the words of the batch's records, in order.
    /// signatures: 65 bytes (r, s, v) for each of exactly `quorum` operators, in ascending order of their addresses.
    function settle(
        uint256 index,
        uint256 stateRootAfter,
        uint256 recordsRoot,
        uint256 counts,
        uint256[8] calldata proof,
        bytes calldata data,
        bytes calldata signatures
    ) external {
        if (index != nextIndex) revert NotNext(nextIndex);
        if ((counts & type(uint32).max) + (counts >> 32) != batchSize) revert NotFull();
        _checkSignatures(digest(index, stateRootAfter, recordsRoot, counts), signatures);
        (uint256 point, uint256 value) = _evaluate(recordsRoot, data);
        uint256[8] memory signals = [chainId, index, stateRoot, stateRootAfter, recordsRoot, counts, point, value];
        if (!verifier.verify(proof, signals)) revert BadProof();
        nextIndex = index + 1;
        stateRoot = stateRootAfter;
        emit Settled(index, stateRootAfter, recordsRoot, counts, data);
    }

    /// The public signals by which a proof is bound to data: a point that depends on the records root and the data, and the value there of the
    /// polynomial whose coefficients are the words.
    function _evaluate(uint256 recordsRoot, bytes calldata data) private view returns (uint256 point, uint256 value) {
        if (data.length != batchSize * RECORD_BYTES) revert BadData();
        point = uint256(sha256(bytes.concat(bytes32(recordsRoot), data))) >> 8;
        for (uint256 offset = 0; offset < data.length; offset += 32) {
            uint256 word;
            assembly ("memory-safe") {
                word := calldataload(add(data.offset, offset))
            }
            if (word >= R) revert BadData();
            value = addmod(mulmod(value, point, R), word, R);
        }
    }

    function _checkSignatures(bytes32 signed, bytes calldata signatures) private view {
        if (signatures.length != quorum * SIGNATURE_BYTES) revert BadSignatures();
        address last = address(0);
        for (uint256 offset = 0; offset < signatures.length; offset += SIGNATURE_BYTES) {
            bytes32 r = bytes32(signatures[offset:offset + 32]);
            bytes32 s = bytes32(signatures[offset + 32:offset + 64]);
            if (uint256(s) > MAX_S) revert BadSignatures();
            address operator = ecrecover(signed, uint8(signatures[offset + 64]), r, s);
            // Ascending order ensures that no operator counts twice. ecrecover returns 0 for an invalid signature.
            if (operator <= last || !isOperator[operator]) revert BadSignatures();
            last = operator;
        }
    }
}
