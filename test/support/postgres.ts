/** A real Postgres server for tests: that of the store's own tests. */
export { Cluster, freshDatabase, noPostgres } from '@assay/store/testing';
