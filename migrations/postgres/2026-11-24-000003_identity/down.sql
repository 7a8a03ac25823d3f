DROP TABLE grants;
DROP TABLE client_secrets;
DROP TABLE accounts;
