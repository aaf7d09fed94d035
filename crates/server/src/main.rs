//! The fangxin binary: the command line is in the library, so that tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    fangxin::cli::main()
}
