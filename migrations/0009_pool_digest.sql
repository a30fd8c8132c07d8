ALTER TABLE "pool" ADD COLUMN "digest" "bytea";
--> statement-breakpoint
UPDATE "pool" SET "digest" = sha256("hash" || "bytes" || convert_to(coalesce("note", ''), 'UTF8'));
--> statement-breakpoint
ALTER TABLE "pool" ALTER COLUMN "digest" SET NOT NULL;
