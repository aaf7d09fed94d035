//! The fangxin binary.
fn main() {}
