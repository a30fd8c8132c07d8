ALTER TABLE "batch_job" ADD COLUMN "requested_by" text;--> statement-breakpoint
ALTER TABLE "batch_job" ADD COLUMN "claim" uuid;--> statement-breakpoint
ALTER TABLE "batch_job" DROP COLUMN "state_root_before";