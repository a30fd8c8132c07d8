-- The node writes them anew, from the first record on.
TRUNCATE "holder", "holder_anchor", "holder_position";--> statement-breakpoint
ALTER TABLE "holder_anchor" DROP CONSTRAINT "holder_anchor_lists";--> statement-breakpoint
ALTER TABLE "holder_anchor" ADD COLUMN "in_totals" numeric(39,0)[] NOT NULL;--> statement-breakpoint
ALTER TABLE "holder_anchor" ADD CONSTRAINT "holder_anchor_lists" CHECK (cardinality("holder_anchor"."holdings") = cardinality("holder_anchor"."in_totals") AND cardinality("holder_anchor"."holdings") = cardinality("holder_anchor"."balances") AND ("holder_anchor"."is_whole" OR cardinality("holder_anchor"."holdings") > 0));