/* Send a request that carries the ID token, with PROC HTTP.

   Not run in our tests: SAS is not to be had there.

   Needs the command `cognitoken` on the PATH of the SAS server, XCMD allowed, and in its environment:
   COGNITO_USER_NAME, COGNITO_PASSWORD, COGNITO_CLIENT_ID, API_URL.

   The password and the token stay out of the SAS log: the password is never in SAS at all, and the token is read
   through a pipe with the log's source and macro notes switched off. */

options nosource nosource2 nonotes nomprint nosymbolgen nomlogic;

%let api_url = %sysget(API_URL);

filename jwt pipe "cognitoken token";

data _null_;
  infile jwt lrecl=32767 truncover;
  input id_token $32767.;
  call symputx("id_token", id_token, "G");
  stop;
run;

filename jwt clear;
filename answer temp;

proc http url="&api_url" method="GET" out=answer;
  headers "Authorization" = "Bearer &id_token";
run;

%symdel id_token;

options source notes;

%put NOTE: The service answered &SYS_PROCHTTP_STATUS_CODE &SYS_PROCHTTP_STATUS_PHRASE;

data _null_;
  infile answer;
  input;
  put _infile_;
run;
