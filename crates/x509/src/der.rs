// SPDX-License-Identifier: MIT OR Apache-2.0
//! Strict DER (X.690), read by borrowing and written into a growing buffer.

mod reader;
mod tag;
mod value;
mod writer;

pub use reader::{Element, Reader};
pub use tag::Tag;
pub use value::BitString;
pub(crate) use value::{integer_content, named_bits};
pub use writer::Writer;
