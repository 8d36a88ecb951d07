//! The dashboard: where a company sets its integrations up.
