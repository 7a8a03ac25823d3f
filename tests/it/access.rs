//! Accounts, tokens and roles as administrators and their owners handle them.
