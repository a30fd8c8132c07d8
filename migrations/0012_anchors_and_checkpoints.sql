CREATE TABLE "checkpoint" (
	"size" bigint NOT NULL,
	"root" "bytea" NOT NULL,
	"note" text NOT NULL,
	CONSTRAINT "checkpoint_size_root_pk" PRIMARY KEY("size","root"),
	CONSTRAINT "checkpoint_root" CHECK (octet_length("checkpoint"."root") = 32)
);
--> statement-breakpoint
CREATE TABLE "holder_anchor" (
	"asset" integer NOT NULL,
	"position" bigint NOT NULL,
	"asset_seq" bigint NOT NULL,
	"is_whole" boolean NOT NULL,
	"holdings" integer[] NOT NULL,
	"balances" numeric(39,0)[] NOT NULL,
	CONSTRAINT "holder_anchor_asset_position_pk" PRIMARY KEY("asset","position"),
	CONSTRAINT "holder_anchor_lists" CHECK (cardinality("holder_anchor"."holdings") = cardinality("holder_anchor"."balances") AND ("holder_anchor"."is_whole" OR cardinality("holder_anchor"."holdings") > 0))
);
