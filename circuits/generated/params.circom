pragma circom 2.2.0;

// Generated from the constants of src/ledger by scripts/generate/circuit-params.ts.

function ASSET_TAG() {
    return 223315009869350700503118606354276995264495515510630846543737539762501264400;
}

function TRANSFER_TAG() {
    return 150095497559560195457660521841381858264144600916719344685740326965901873727;
}

function REGISTER_TAG() {
    return 364164581187613110307144737687668374198315243938709676802634533330965231840;
}

function RSA_TAG() {
    return 47486731231853327446951378798809865532952882643324580437461134119415378403;
}

function AMOUNT_BITS() {
    return 112;
}

function COUNTER_BITS() {
    return 120;
}

function ERA_BITS() {
    return 48;
}

function DECIMALS_BITS() {
    return 8;
}

function HOLDING_BITS() {
    return 32;
}

function FLAGS_BITS() {
    return 2;
}

function COUNT_BITS() {
    return 32;
}

function RECORD_WORDS() {
    return 7;
}

function MINT() {
    return 0;
}

function RETIRED() {
    return 1;
}
