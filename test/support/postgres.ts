/** A real Postgres server for tests: that of the store's own tests. */
export { Cluster, freshDatabase, noPostgres, queryOnce } from '@assay/store/testing';
