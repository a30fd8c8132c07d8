CREATE TABLE "sponsor_usage" (
	"account" integer NOT NULL,
	"height" bigint NOT NULL,
	"assets" integer NOT NULL,
	"bytes" bigint NOT NULL,
	"holdings" integer NOT NULL,
	"retirements" integer NOT NULL,
	CONSTRAINT "sponsor_usage_account_height_pk" PRIMARY KEY("account","height")
);

--> statement-breakpoint
CREATE TRIGGER sponsor_usage_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sponsor_usage FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
