CREATE TABLE "evidence" (
	"validator" integer NOT NULL,
	"view" bigint NOT NULL,
	"kind" smallint NOT NULL,
	"bytes" "bytea" NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "evidence_validator_view_kind_pk" PRIMARY KEY("validator","view","kind"),
	CONSTRAINT "evidence_kind" CHECK ("evidence"."kind" BETWEEN 0 AND 1)
);
--> statement-breakpoint
CREATE TRIGGER evidence_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
