CREATE TABLE "account_tally" (
	"account" integer NOT NULL,
	"position" bigint NOT NULL,
	"registers" bigint NOT NULL,
	"issues" bigint NOT NULL,
	"retires" bigint NOT NULL,
	"reinstates" bigint NOT NULL,
	CONSTRAINT "account_tally_account_position_pk" PRIMARY KEY("account","position")
);
--> statement-breakpoint
CREATE TABLE "asset_tally" (
	"asset" integer NOT NULL,
	"position" bigint NOT NULL,
	"issues" bigint NOT NULL,
	"retires" bigint NOT NULL,
	"reinstates" bigint NOT NULL,
	"holders" integer NOT NULL,
	CONSTRAINT "asset_tally_asset_position_pk" PRIMARY KEY("asset","position")
);
--> statement-breakpoint
CREATE TABLE "asset_term" (
	"term" text COLLATE "C" NOT NULL,
	"asset" integer NOT NULL,
	"source" smallint NOT NULL,
	CONSTRAINT "asset_term_term_asset_source_pk" PRIMARY KEY("term","asset","source"),
	CONSTRAINT "asset_term_source" CHECK ("asset_term"."source" BETWEEN 0 AND 1)
);
--> statement-breakpoint
CREATE TABLE "holder" (
	"asset" integer NOT NULL,
	"balance" numeric(39,0) NOT NULL,
	"holding" integer NOT NULL,
	CONSTRAINT "holder_asset_balance_holding_pk" PRIMARY KEY("asset","balance","holding"),
	CONSTRAINT "holder_balance" CHECK ("holder"."balance" > 0)
);
--> statement-breakpoint
CREATE TABLE "holder_position" (
	"id" smallint PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "holder_position_one_row" CHECK ("holder_position"."id" = 1)
);
--> statement-breakpoint
-- The defaults let the columns be added to a table with rows. Such a database has an earlier format, which is rejected later with its reason.
ALTER TABLE "block"
  ADD COLUMN "total_issues" bigint NOT NULL DEFAULT 0,
  ADD COLUMN "total_retires" bigint NOT NULL DEFAULT 0,
  ADD COLUMN "total_reinstates" bigint NOT NULL DEFAULT 0;
--> statement-breakpoint
ALTER TABLE "block"
  ALTER COLUMN "total_issues" DROP DEFAULT,
  ALTER COLUMN "total_retires" DROP DEFAULT,
  ALTER COLUMN "total_reinstates" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "transfer"
  ADD COLUMN "asset_units" numeric(48, 0) NOT NULL DEFAULT 0;
--> statement-breakpoint
ALTER TABLE "transfer"
  ALTER COLUMN "asset_units" DROP DEFAULT;
--> statement-breakpoint
CREATE TRIGGER asset_tally_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON asset_tally FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER account_tally_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON account_tally FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER asset_term_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON asset_term FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
