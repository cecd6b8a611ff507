// The rows of the table of builtins: a name and the type of each argument.

/** Builtins that are functions of the runtime. */
export const NATIVE_ROWS = `
equal any any
neq any any
lt any any
lte any any
gt any any
gte any any
plus number number
minus number|set number|set
mul number number
div number number
rem number number
or set set
and set set
internal.member_2 any any
internal.member_3 any any any
count string|array|object|set
sum array|set
product array|set
max array|set
min array|set
sort array|set
all array|set
any array|set
union set
intersection set
array.concat array array
array.slice array number number
array.reverse array
object.get object any any
object.keys object
object.union object object
object.union_n array
object.remove object array|set|object
object.filter object array|set|object
walk any
is_null any
is_boolean any
is_number any
is_string any
is_array any
is_object any
is_set any
startswith string string
endswith string string
contains string string
concat string array|set
split string string
`;

/** Builtins that the compiler answers: their results are constants of the module. */
export const COMPILER_ROWS = `
rego.metadata.chain
rego.metadata.rule
`;

/** Builtins that run on the host. */
export const HOST_ROWS = `
abs number
ceil number
floor number
round number
to_number null|boolean|number|string
format_int number number
numbers.range number number
numbers.range_step number number number
bits.and number number
bits.or number number
bits.xor number number
bits.lsh number number
bits.rsh number number
bits.negate number
internal.number_op number string string
internal.template_string array
internal.probe number
rego.parse_module string string
json.verify_schema string|object
json.match_schema string|object string|object
rand.intn string number
uuid.rfc4122 string
trace string
type_name any
lower string
upper string
trim string string
trim_left string string
trim_right string string
trim_space string
trim_prefix string string
trim_suffix string string
replace string string string
strings.replace_n object string
strings.reverse string
strings.count string string
strings.any_prefix_match string|array|set string|array|set
strings.any_suffix_match string|array|set string|array|set
indexof string string
indexof_n string string
substring string number number
sprintf string array
object.subset object|array|set object|array|set
graph.reachable object array|set
graph.reachable_paths object array|set
set_diff set set
cast_array any
cast_set any
cast_string any
cast_boolean any
cast_null any
cast_object any
json.filter object array|set
json.remove object array|set
json.patch any array
json.marshal any
json.marshal_with_options any object
json.unmarshal string
json.is_valid any
yaml.marshal any
yaml.unmarshal string
yaml.is_valid any
graphql.parse string|object string|object
graphql.parse_and_verify string|object string|object
graphql.parse_query string
graphql.parse_schema string
graphql.is_valid string|object string|object
graphql.schema_is_valid string|object
base64.encode string
base64.decode string
base64.is_valid string
base64url.encode string
base64url.encode_no_pad string
base64url.decode string
hex.encode string
hex.decode string
urlquery.encode string
urlquery.decode string
urlquery.encode_object object
urlquery.decode_object string
regex.match string string
re_match string string
regex.is_valid any
regex.find_n string string number
regex.find_all_string_submatch_n string string number
regex.replace string string string
regex.split string string
regex.template_match string string string string
regex.globs_match string string
glob.match string null|array string
glob.quote_meta string
net.cidr_contains string string
net.cidr_overlap string string
net.cidr_intersects string string
net.cidr_is_valid any
net.cidr_expand string
net.cidr_contains_matches string|array|set|object string|array|set|object
net.cidr_merge array|set
semver.compare string string
semver.is_valid any
uuid.parse string
units.parse string
units.parse_bytes string
time.now_ns
time.parse_ns string string
time.parse_rfc3339_ns string
time.parse_duration_ns string
time.format number|array
time.date number|array
time.clock number|array
time.weekday number|array
time.add_date number|array number number number
time.diff number|array number|array
crypto.md5 string
crypto.sha1 string
crypto.sha256 string
crypto.hmac.md5 string string
crypto.hmac.sha1 string string
crypto.hmac.sha256 string string
crypto.hmac.sha512 string string
crypto.hmac.equal string string
crypto.x509.parse_certificates string
crypto.x509.parse_certificate_request string
crypto.x509.parse_keypair string string
crypto.x509.parse_rsa_private_key string
crypto.parse_private_keys string
providers.aws.sign_req object object number
io.jwt.decode string
io.jwt.decode_verify string object
io.jwt.encode_sign object object object
io.jwt.encode_sign_raw string string string
io.jwt.verify_hs256 string string
io.jwt.verify_hs384 string string
io.jwt.verify_hs512 string string
io.jwt.verify_rs256 string string
io.jwt.verify_rs384 string string
io.jwt.verify_rs512 string string
io.jwt.verify_ps256 string string
io.jwt.verify_ps384 string string
io.jwt.verify_ps512 string string
io.jwt.verify_es256 string string
io.jwt.verify_es384 string string
io.jwt.verify_es512 string string
io.jwt.verify_eddsa string string
`;
