-- What became final is never changed or taken away; only notes may be deleted.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
CREATE TRIGGER block_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON block FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER transfer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transfer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER asset_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON asset FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER made_from_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON made_from FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER chain_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON chain FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER note_never_changes BEFORE UPDATE ON note FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
-- Counters only grow, a holding keeps its owner and asset, an account its key.
CREATE FUNCTION check_holding_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.account <> OLD.account OR NEW.asset <> OLD.asset OR NEW.opened <> OLD.opened
     OR NEW.in_total < OLD.in_total OR NEW.out_total < OLD.out_total THEN
    RAISE EXCEPTION 'holding % may only count upwards', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER holding_counts_up BEFORE UPDATE ON holding FOR EACH ROW EXECUTE FUNCTION check_holding_update();
--> statement-breakpoint
CREATE TRIGGER holding_stays BEFORE DELETE OR TRUNCATE ON holding FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE FUNCTION check_account_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.account <> OLD.account OR OLD.public_key IS NOT NULL THEN
    RAISE EXCEPTION 'account % keeps its key', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER account_keeps_key BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION check_account_update();
--> statement-breakpoint
CREATE TRIGGER account_stays BEFORE DELETE OR TRUNCATE ON account FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
-- Rows that are updated in place leave room for it in their page.
ALTER TABLE holding SET (fillfactor = 80);
--> statement-breakpoint
ALTER TABLE state_node SET (fillfactor = 80);
--> statement-breakpoint
-- Signatures do not compress.
ALTER TABLE transfer ALTER COLUMN signature SET STORAGE EXTERNAL;
