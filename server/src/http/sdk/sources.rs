//! What fills the drop-downs of a portal from the provider's data.

pub mod load;
