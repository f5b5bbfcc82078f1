//! What the programs share.

#![no_std]

#[cfg(target_arch = "arm")]
pub mod clock;
#[cfg(target_arch = "arm")]
pub mod flash;
pub mod handset;
#[cfg(target_arch = "arm")]
pub mod record;
pub mod report;
pub mod server;
pub mod stack;
#[cfg(target_arch = "arm")]
pub mod text;
#[cfg(target_arch = "arm")]
pub mod uart;

#[cfg(target_arch = "arm")]
pub use cortex_m_rt::entry;
#[cfg(target_arch = "riscv32")]
pub use riscv_rt::entry;

/// For programs that check what the library does: a panic is told, and is a failure.
#[macro_export]
macro_rules! panics_are_told {
    () => {
        #[panic_handler]
        fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
            semihosting::println!("{info}");
            semihosting::process::exit(101)
        }
    };
}
