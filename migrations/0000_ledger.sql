CREATE TABLE "account" (
	"id" integer PRIMARY KEY NOT NULL,
	"account" "bytea" NOT NULL,
	"key_kind" smallint,
	"public_key" "bytea",
	CONSTRAINT "account_account_unique" UNIQUE("account"),
	CONSTRAINT "account_is_field" CHECK (octet_length("account"."account") = 32)
);
--> statement-breakpoint
CREATE TABLE "asset" (
	"id" integer PRIMARY KEY NOT NULL,
	"asset_id" "bytea" NOT NULL,
	"code" text NOT NULL,
	"issuer" integer NOT NULL,
	"cap" numeric(39,0) NOT NULL,
	"decimals" smallint NOT NULL,
	"reinstatable" boolean NOT NULL,
	"definition" text NOT NULL,
	"mint_holding" integer NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "asset_asset_id_unique" UNIQUE("asset_id"),
	CONSTRAINT "asset_code_unique" UNIQUE("code"),
	CONSTRAINT "asset_cap" CHECK ("asset"."cap" BETWEEN 1 AND 5192296858534827628530496329220095)
);
--> statement-breakpoint
CREATE TABLE "batch_job" (
	"batch" bigint PRIMARY KEY NOT NULL,
	"priority" integer DEFAULT 0 NOT NULL,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL,
	"count" integer,
	"state_root_before" "bytea",
	"prover" text,
	"lease_until" timestamp with time zone,
	"stage" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"not_before" timestamp with time zone DEFAULT now() NOT NULL,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "batch_proof" (
	"batch" bigint PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"proof" jsonb NOT NULL,
	"public_signals" jsonb NOT NULL,
	"vk_hash" "bytea" NOT NULL,
	"proved_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seconds" real,
	"prover" text
);
--> statement-breakpoint
CREATE TABLE "block" (
	"height" bigint PRIMARY KEY NOT NULL,
	"hash" "bytea" NOT NULL,
	"header" "bytea" NOT NULL,
	"certificate" "bytea",
	"era" bigint NOT NULL,
	"position" bigint NOT NULL,
	"record_count" integer NOT NULL,
	"total_records" bigint NOT NULL,
	"total_assets" integer NOT NULL,
	"total_holdings" bigint NOT NULL,
	"total_accounts" integer NOT NULL,
	CONSTRAINT "block_hash_unique" UNIQUE("hash"),
	CONSTRAINT "block_counts" CHECK ("block"."record_count" >= 0 AND "block"."position" >= 0 AND "block"."height" >= 0)
);
--> statement-breakpoint
CREATE TABLE "certificate" (
	"view" bigint NOT NULL,
	"kind" smallint NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "certificate_view_kind_pk" PRIMARY KEY("view","kind")
);
--> statement-breakpoint
CREATE TABLE "chain" (
	"id" smallint PRIMARY KEY NOT NULL,
	"format" integer NOT NULL,
	"chain_id" "bytea" NOT NULL,
	"genesis" text NOT NULL,
	"first_position" bigint NOT NULL,
	CONSTRAINT "chain_one_row" CHECK ("chain"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "history_node" (
	"level" smallint NOT NULL,
	"index" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "history_node_level_index_pk" PRIMARY KEY("level","index")
);
--> statement-breakpoint
CREATE TABLE "holding" (
	"id" integer PRIMARY KEY NOT NULL,
	"account" integer NOT NULL,
	"asset" integer NOT NULL,
	"in_total" numeric(39,0) NOT NULL,
	"out_total" numeric(39,0) NOT NULL,
	"opened" bigint NOT NULL,
	CONSTRAINT "holding_of" UNIQUE("account","asset"),
	CONSTRAINT "holding_counters" CHECK ("holding"."out_total" >= 0 AND "holding"."out_total" <= "holding"."in_total" AND "holding"."in_total" <= 1329227995784915872903807060280344575)
);
--> statement-breakpoint
CREATE TABLE "holding_span" (
	"holding" integer NOT NULL,
	"asset" integer NOT NULL,
	"opened" bigint NOT NULL,
	"emptied" bigint,
	CONSTRAINT "holding_span_holding_opened_pk" PRIMARY KEY("holding","opened")
);
--> statement-breakpoint
CREATE TABLE "made_from" (
	"asset" integer NOT NULL,
	"ordinal" smallint NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "made_from_asset_ordinal_pk" PRIMARY KEY("asset","ordinal"),
	CONSTRAINT "made_from_position_unique" UNIQUE("position")
);
--> statement-breakpoint
CREATE TABLE "note" (
	"position" bigint PRIMARY KEY NOT NULL,
	"text" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pool" (
	"hash" "bytea" PRIMARY KEY NOT NULL,
	"arrival" bigserial NOT NULL,
	"bytes" "bytea" NOT NULL,
	"note" text
);
--> statement-breakpoint
CREATE TABLE "proposal" (
	"hash" "bytea" PRIMARY KEY NOT NULL,
	"view" bigint NOT NULL,
	"bytes" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "state_node" (
	"level" smallint NOT NULL,
	"index" integer NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "state_node_level_index_pk" PRIMARY KEY("level","index")
);
--> statement-breakpoint
CREATE TABLE "transfer" (
	"position" bigint PRIMARY KEY NOT NULL,
	"height" bigint NOT NULL,
	"kind" smallint NOT NULL,
	"flags" smallint NOT NULL,
	"hash" "bytea" NOT NULL,
	"asset" integer NOT NULL,
	"from_account" integer NOT NULL,
	"to_account" integer NOT NULL,
	"from_holding" integer NOT NULL,
	"to_holding" integer NOT NULL,
	"amount" numeric(39,0) NOT NULL,
	"from_start" numeric(39,0) NOT NULL,
	"to_start" numeric(39,0) NOT NULL,
	"era" bigint NOT NULL,
	"memo" "bytea",
	"signature" "bytea",
	"asset_seq" bigint NOT NULL,
	"from_seq" bigint NOT NULL,
	"to_seq" bigint NOT NULL,
	CONSTRAINT "transfer_hash" UNIQUE("hash"),
	CONSTRAINT "transfer_amount" CHECK ("transfer"."amount" BETWEEN 1 AND 5192296858534827628530496329220095),
	CONSTRAINT "transfer_from_start" CHECK ("transfer"."from_start" BETWEEN 0 AND 1329227995784915872903807060280344575 - "transfer"."amount"),
	CONSTRAINT "transfer_to_start" CHECK ("transfer"."to_start" BETWEEN 0 AND 1329227995784915872903807060280344575 - "transfer"."amount"),
	CONSTRAINT "transfer_kind" CHECK ("transfer"."kind" BETWEEN 0 AND 4 AND "transfer"."flags" BETWEEN 0 AND 2 AND ("transfer"."kind" = 0) = ("transfer"."flags" = 2)),
	CONSTRAINT "transfer_parties" CHECK (("transfer"."from_holding" = "transfer"."to_holding") = ("transfer"."kind" = 0))
);
--> statement-breakpoint
CREATE TABLE "tree_height" (
	"id" smallint PRIMARY KEY NOT NULL,
	"height" bigint NOT NULL,
	CONSTRAINT "tree_height_one_row" CHECK ("tree_height"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "vote" (
	"view" bigint NOT NULL,
	"kind" smallint NOT NULL,
	"hash" "bytea",
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "vote_view_kind_pk" PRIMARY KEY("view","kind"),
	CONSTRAINT "vote_kind" CHECK ("vote"."kind" BETWEEN 0 AND 2 AND ("vote"."kind" = 1) = ("vote"."hash" IS NULL))
);
--> statement-breakpoint
ALTER TABLE "asset" ADD CONSTRAINT "asset_issuer_account_id_fk" FOREIGN KEY ("issuer") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "asset_by_issuer" ON "asset" USING btree ("issuer","id");--> statement-breakpoint
CREATE INDEX "batch_job_order" ON "batch_job" USING btree ("priority","batch");--> statement-breakpoint
CREATE INDEX "holding_by_account" ON "holding" USING btree ("account","id");--> statement-breakpoint
CREATE INDEX "holding_by_asset" ON "holding" USING btree ("asset","id");--> statement-breakpoint
CREATE INDEX "holding_span_by_asset" ON "holding_span" USING btree ("asset","holding","opened");--> statement-breakpoint
CREATE UNIQUE INDEX "transfer_arrivals" ON "transfer" USING btree ("to_holding","to_start") WHERE "transfer"."kind" <> 0;--> statement-breakpoint
CREATE UNIQUE INDEX "transfer_departures" ON "transfer" USING btree ("from_holding","from_start") WHERE "transfer"."kind" <> 0;--> statement-breakpoint
CREATE INDEX "transfer_by_from_holding" ON "transfer" USING btree ("from_holding","position");--> statement-breakpoint
CREATE INDEX "transfer_by_to_holding" ON "transfer" USING btree ("to_holding","position");--> statement-breakpoint
CREATE INDEX "transfer_by_from" ON "transfer" USING btree ("from_account","position");--> statement-breakpoint
CREATE INDEX "transfer_by_to" ON "transfer" USING btree ("to_account","position");--> statement-breakpoint
CREATE INDEX "transfer_by_asset" ON "transfer" USING btree ("asset","position");--> statement-breakpoint
CREATE INDEX "transfer_by_kind" ON "transfer" USING btree ("kind","position") WHERE "transfer"."kind" <> 2;--> statement-breakpoint
CREATE INDEX "transfer_by_memo" ON "transfer" USING btree ("memo","position") WHERE "transfer"."memo" IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "vote_skip_or_finalise" ON "vote" USING btree ("view") WHERE "vote"."kind" <> 0;