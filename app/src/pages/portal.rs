//! The portal: where a user connects an account.
