//! Text as people type it. True inside this folder: nothing a person wrote is changed for show — folding serves
//! searching and comparing only; rare characters (㛃 䶮 𬭎) and emoji survive everything.

mod alike;
mod clean;
mod fold;
mod sentence;
mod tokens;

pub use alike::{ALIKE, likeness};
pub use clean::{TextError, clean_block, clean_line, csv_safe};
pub use fold::{fold, fold_char, half_width};
pub use sentence::{picked, sentences};
pub use tokens::{Query, Token, bigram_tokens, query_tokens};

pub(crate) use clean::is_invisible;
