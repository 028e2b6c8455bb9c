// R calls R_init_cognitoken when it loads the library. The doors of the Rust half (rust/src/doors.rs) are registered here,
// which also has the linker keep them.
#include <Rinternals.h>
#include <R_ext/Rdynload.h>

void register_extendr_panic_hook(void);
void cognitoken_prepare_engine(void);

SEXP wrap__call_operation(SEXP operation, SEXP values, SEXP conversation, SEXP verbosity, SEXP columns);
SEXP wrap__finish_requests(void);
SEXP wrap__new_conversation(SEXP with_a_person);
SEXP wrap__object_field(SEXP object, SEXP name);
SEXP wrap__object_fields(SEXP object);
SEXP wrap__object_html(SEXP object, SEXP with_setup);
SEXP wrap__object_text(SEXP object);
SEXP wrap__question_of(SEXP challenge);
SEXP wrap__table_of_parameters(void);

static const R_CallMethodDef doors[] = {
  {"door_call_operation", (DL_FUNC) &wrap__call_operation, 5},
  {"door_finish_requests", (DL_FUNC) &wrap__finish_requests, 0},
  {"door_new_conversation", (DL_FUNC) &wrap__new_conversation, 1},
  {"door_object_field", (DL_FUNC) &wrap__object_field, 2},
  {"door_object_fields", (DL_FUNC) &wrap__object_fields, 1},
  {"door_object_html", (DL_FUNC) &wrap__object_html, 2},
  {"door_object_text", (DL_FUNC) &wrap__object_text, 1},
  {"door_question_of", (DL_FUNC) &wrap__question_of, 1},
  {"door_table_of_parameters", (DL_FUNC) &wrap__table_of_parameters, 0},
  {NULL, NULL, 0}
};

void R_init_cognitoken(DllInfo *library) {
  register_extendr_panic_hook();
  cognitoken_prepare_engine();
  R_registerRoutines(library, NULL, doors, NULL, NULL);
  R_useDynamicSymbols(library, FALSE);
  R_forceSymbols(library, TRUE);
}
