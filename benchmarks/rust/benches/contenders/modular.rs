//! Powers modulo a number, by aws-lc's own functions: aws-lc-rs has no interface to them.

use std::ffi::CString;
use std::ptr::{null, null_mut};

use aws_lc_sys::{
    BIGNUM, BN_CTX, BN_CTX_free, BN_CTX_new, BN_MONT_CTX, BN_MONT_CTX_free, BN_MONT_CTX_new_for_modulus,
    BN_bin2bn, BN_free, BN_hex2bn, BN_mod_exp_mont_consttime, BN_new, BN_set_u64,
};

pub(crate) struct Modulus {
    number: Number,
    montgomery: *mut BN_MONT_CTX,
    scratch: *mut BN_CTX,
}

impl Modulus {
    pub(crate) fn from_hex(digits: &str) -> Self {
        let number = Number::new();
        let digits = CString::new(digits).expect("digits");
        // SAFETY: every pointer is one that aws-lc made, is checked, and lives until it is freed below.
        unsafe {
            let mut target = number.0;
            assert!(BN_hex2bn(&raw mut target, digits.as_ptr()) > 0, "hexadecimal digits");
            let scratch = BN_CTX_new();
            let montgomery = BN_MONT_CTX_new_for_modulus(number.0, scratch);
            assert!(!scratch.is_null() && !montgomery.is_null());
            Self { number, montgomery, scratch }
        }
    }

    /// Raises `base` to an exponent of big-endian bytes, in constant time.
    pub(crate) fn power(&self, base: u64, exponent: &[u8]) {
        let (result, of) = (Number::new(), Number::new());
        // SAFETY: as above; the exponent's bytes are copied.
        unsafe {
            assert_eq!(BN_set_u64(of.0, base), 1);
            let exponent = Number(BN_bin2bn(exponent.as_ptr(), exponent.len(), null_mut()));
            assert!(!exponent.0.is_null());
            let done = BN_mod_exp_mont_consttime(
                result.0,
                of.0,
                exponent.0,
                self.number.0,
                self.scratch,
                self.montgomery,
            );
            assert_eq!(done, 1);
        }
    }
}

impl Drop for Modulus {
    fn drop(&mut self) {
        // SAFETY: both were made by `from_hex`, and nobody uses them any more.
        unsafe {
            BN_MONT_CTX_free(self.montgomery);
            BN_CTX_free(self.scratch);
        }
    }
}

struct Number(*mut BIGNUM);

impl Number {
    fn new() -> Self {
        // SAFETY: it takes nothing.
        let number = unsafe { BN_new() };
        assert_ne!(number.cast_const(), null());
        Self(number)
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        // SAFETY: it owns the number.
        unsafe { BN_free(self.0) };
    }
}
