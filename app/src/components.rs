//! The design system: each component accessible by itself, its look in `style/`.

pub mod alert;
pub mod browser;
pub mod button;
pub mod card;
pub mod choice;
pub mod copy;
pub mod dialog;
pub mod empty;
pub mod field;
pub mod form;
pub mod icon;
pub mod load;
pub mod logo;
pub mod snippet;
pub mod status;

pub use alert::{Alert, Notice};
pub use button::{Button, ButtonKind, LinkButton};
pub use card::Card;
pub use choice::{Choice, Range, Segments, Select};
pub use copy::{CopyButton, CopyValue};
pub use dialog::ConfirmDialog;
pub use empty::EmptyState;
pub use field::{PasswordInput, SearchInput, TextArea, TextInput};
pub use form::{Form, FormValues, Problem, field_error, on_result};
pub use icon::{Glyph, Icon};
pub use load::Load;
pub use logo::{LogoSize, ProviderLogo};
pub use snippet::Snippet;
pub use status::{Status, Tone};
