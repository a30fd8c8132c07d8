-- Roles with as few rights as each part needs. Run it once as a superuser, in the node's empty database:
--   createdb inpigritas && psql inpigritas -f roles.sql
--   inpigritas_owner  owns the tables; only ictl migrate connects as it
--   inpigritas_node   reads all tables and adds to them; it can neither change nor delete a final record
--   inpigritas_api    reads all tables, and writes only the queue of the provers and the webhooks
-- ictl migrate grants the rights on the tables, each time it runs. See docs/operating.md, "Database roles".
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['inpigritas_owner', 'inpigritas_node', 'inpigritas_api'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', name);
    END IF;
  END LOOP;
  EXECUTE format('ALTER DATABASE %I OWNER TO inpigritas_owner', current_database());
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO inpigritas_node, inpigritas_api', current_database());
END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
