// The rows of the table of builtins: a name, the type of each argument, and that of the result.

/** Builtins that are functions of the runtime. */
export const NATIVE_ROWS = `
equal any any -> boolean
neq any any -> boolean
lt any any -> boolean
lte any any -> boolean
gt any any -> boolean
gte any any -> boolean
plus number number -> number
minus number|set number|set -> number|set
mul number number -> number
div number number -> number
rem number number -> number
or set set -> set
and set set -> set
internal.member_2 any any -> boolean
internal.member_3 any any any -> boolean
count string|array|object|set -> number
sum array[number]|set[number] -> number
product array[number]|set[number] -> number
max array|set -> any
min array|set -> any
sort array|set -> array
all array|set -> boolean
any array|set -> boolean
union set[set] -> set
intersection set[set] -> set
array.concat array array -> array
array.slice array number number -> array
array.reverse array -> array
object.get object any any -> any
object.keys object -> set
object.union object object -> object
object.union_n array -> object
object.remove object array|set|object -> object
object.filter object array|set|object -> object
walk any -> array[array]
is_null any -> boolean
is_boolean any -> boolean
is_number any -> boolean
is_string any -> boolean
is_array any -> boolean
is_object any -> boolean
is_set any -> boolean
startswith string string -> boolean
endswith string string -> boolean
contains string string -> boolean
concat string array[string]|set[string] -> string
split string string -> array[string]
`;

/** Builtins that the compiler answers: their results are constants of the module. */
export const COMPILER_ROWS = `
rego.metadata.chain -> array
rego.metadata.rule -> object
`;

/** Builtins that run on the host. */
export const HOST_ROWS = `
abs number -> number
ceil number -> number
floor number -> number
round number -> number
to_number null|boolean|number|string -> number
format_int number number -> string
numbers.range number number -> array[number]
numbers.range_step number number number -> array[number]
bits.and number number -> number
bits.or number number -> number
bits.xor number number -> number
bits.lsh number number -> number
bits.rsh number number -> number
bits.negate number -> number
internal.number_op number string string -> any
internal.template_string array -> string
internal.probe number -> any
internal.print array string number -> any
rego.parse_module string string -> object
json.verify_schema string|object -> array
json.match_schema string|object string|object -> array
rand.intn string number -> number
uuid.rfc4122 string -> string
trace string -> boolean
type_name any -> string
lower string -> string
upper string -> string
trim string string -> string
trim_left string string -> string
trim_right string string -> string
trim_space string -> string
trim_prefix string string -> string
trim_suffix string string -> string
replace string string string -> string
strings.replace_n object string -> string
strings.render_template string object -> string
strings.reverse string -> string
strings.count string string -> number
strings.split_n string string number -> array[string]
strings.any_prefix_match string|array|set string|array|set -> boolean
strings.any_suffix_match string|array|set string|array|set -> boolean
indexof string string -> number
indexof_n string string -> array[number]
substring string number number -> string
sprintf string array -> string
object.subset object|array|set object|array|set -> boolean
graph.reachable object array|set -> set
graph.reachable_paths object array|set -> set
set_diff set set -> set
cast_array any -> array
cast_set any -> set
cast_string any -> string
cast_boolean any -> boolean
cast_null any -> null
cast_object any -> object
array.flatten array -> array
json.filter object array|set -> any
json.remove object array|set -> any
json.patch any array -> any
json.marshal any -> string
json.marshal_with_options any object -> string
json.unmarshal string -> any
json.is_valid any -> boolean
yaml.marshal any -> string
yaml.unmarshal string -> any
yaml.is_valid any -> boolean
graphql.parse string|object string|object -> array
graphql.parse_and_verify string|object string|object -> array
graphql.parse_query string -> object
graphql.parse_schema string -> object
graphql.is_valid string|object string|object -> boolean
graphql.schema_is_valid string|object -> boolean
base64.encode string -> string
base64.decode string -> string
base64.is_valid string -> boolean
base64url.encode string -> string
base64url.encode_no_pad string -> string
base64url.decode string -> string
hex.encode string -> string
hex.decode string -> string
urlquery.encode string -> string
urlquery.decode string -> string
urlquery.encode_object object -> string
urlquery.decode_object string -> object
uri.parse string -> object
uri.is_valid any -> boolean
regex.match string string -> boolean
re_match string string -> boolean
regex.is_valid any -> boolean
regex.find_n string string number -> array[string]
regex.find_all_string_submatch_n string string number -> array[array]
regex.replace string string string -> string
regex.split string string -> array[string]
regex.template_match string string string string -> boolean
regex.globs_match string string -> boolean
glob.match string null|array string -> boolean
glob.quote_meta string -> string
net.cidr_contains string string -> boolean
net.cidr_overlap string string -> boolean
net.cidr_intersects string string -> boolean
net.cidr_is_valid any -> boolean
net.cidr_expand string -> set[string]
net.cidr_contains_matches string|array|set|object string|array|set|object -> set
net.cidr_merge array|set -> set[string]
semver.compare string string -> number
semver.is_valid any -> boolean
uuid.parse string -> object
units.parse string -> number
units.parse_bytes string -> number
time.now_ns -> number
time.parse_ns string string -> number
time.parse_rfc3339_ns string -> number
time.parse_duration_ns string -> number
time.format number|array -> string
time.date number|array -> array[number]
time.clock number|array -> array[number]
time.weekday number|array -> string
time.add_date number|array number number number -> number
time.diff number|array number|array -> array[number]
crypto.md5 string -> string
crypto.sha1 string -> string
crypto.sha256 string -> string
crypto.hmac.md5 string string -> string
crypto.hmac.sha1 string string -> string
crypto.hmac.sha256 string string -> string
crypto.hmac.sha512 string string -> string
crypto.hmac.equal string string -> boolean
crypto.x509.parse_certificates string -> array
crypto.x509.parse_and_verify_certificates string -> array
crypto.x509.parse_and_verify_certificates_with_options string object -> array
crypto.x509.parse_certificate_request string -> object
crypto.x509.parse_keypair string string -> object
crypto.x509.parse_rsa_private_key string -> object
crypto.parse_private_keys string -> array|null
providers.aws.sign_req object object number -> object
io.jwt.decode string -> array
io.jwt.decode_verify string object -> array
io.jwt.encode_sign object object object -> string
io.jwt.encode_sign_raw string string string -> string
io.jwt.verify_hs256 string string -> boolean
io.jwt.verify_hs384 string string -> boolean
io.jwt.verify_hs512 string string -> boolean
io.jwt.verify_rs256 string string -> boolean
io.jwt.verify_rs384 string string -> boolean
io.jwt.verify_rs512 string string -> boolean
io.jwt.verify_ps256 string string -> boolean
io.jwt.verify_ps384 string string -> boolean
io.jwt.verify_ps512 string string -> boolean
io.jwt.verify_es256 string string -> boolean
io.jwt.verify_es384 string string -> boolean
io.jwt.verify_es512 string string -> boolean
io.jwt.verify_eddsa string string -> boolean
`;
