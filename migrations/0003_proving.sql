ALTER TABLE "batch_job" ADD COLUMN "dead" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "batch_proof" ADD COLUMN "backend" text;