//! The design system: each component accessible by itself, its look in `style/`.
