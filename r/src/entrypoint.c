// R calls R_init_cognitoken when it loads the library; the linker keeps the Rust half because it is called from here.
void R_init_cognitoken_extendr(void *dll);
void register_extendr_panic_hook(void);
void cognitoken_count_forks(void);

void R_init_cognitoken(void *dll) {
  register_extendr_panic_hook();
  cognitoken_count_forks();
  R_init_cognitoken_extendr(dll);
}
