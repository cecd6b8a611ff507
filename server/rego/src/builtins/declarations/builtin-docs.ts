// What each builtin does, for editors: a line for each, its name before the sentence.

const ROWS = `
equal Whether two values are equal; what == calls.
neq Whether two values differ; what != calls.
lt Whether the first value is less than the second; what < calls.
lte Whether the first value is less than or equal to the second; what <= calls.
gt Whether the first value is greater than the second; what > calls.
gte Whether the first value is greater than or equal to the second; what >= calls.
plus The sum of two numbers; what + calls.
minus The difference of two numbers or two sets; what - calls.
mul The product of two numbers; what * calls.
div The quotient of two numbers; undefined for a divisor of 0; what / calls.
rem The remainder of a division of integers; what % calls.
or The union of two sets; what | calls.
and The intersection of two sets; what & calls.
count How many members a collection has, or characters a string.
sum The sum of the numbers of an array or a set.
product The product of the numbers of an array or a set.
max The greatest member of an array or a set; undefined for an empty one.
min The least member of an array or a set; undefined for an empty one.
sort The members of an array or a set as a sorted array.
all Whether all members are true. Prefer every.
any Whether a member is true. Prefer "true in collection".
union The union of the sets in a set.
intersection The intersection of the sets in a set.
array.concat One array with the items of the first, then those of the second.
array.slice The items from a start up to, without, a stop.
array.reverse The items of an array from the last to the first.
array.flatten The items of an array, with those of arrays in it in their place.
object.get The value at a key, or at a path given as an array; otherwise the default.
object.keys The keys of an object as a set.
object.union Both objects merged deeply; the second wins.
object.union_n All objects of an array merged deeply, from the left; later ones win.
object.remove The object without some keys.
object.filter The object with only some keys.
object.subset Whether the second value is contained in the first.
walk All pairs of a path and the value there, at any depth.
is_null Whether the value is null.
is_boolean Whether the value is a boolean.
is_number Whether the value is a number.
is_string Whether the value is a string.
is_array Whether the value is an array.
is_object Whether the value is an object.
is_set Whether the value is a set.
startswith Whether a string begins with another one.
endswith Whether a string ends with another one.
contains Whether a string has another one in it.
concat The strings of a collection joined, with a delimiter between them.
split The parts of a string between the places where a delimiter stands.
rego.metadata.chain The annotations of this rule, its document, its package and the packages above.
rego.metadata.rule The annotation of this rule.
abs The number without its sign.
ceil The least integer that is not below the number.
floor The greatest integer that is not above the number.
round The nearest integer.
to_number The number that a string, a boolean or null stands for.
format_int An integer written in base 2, 8, 10 or 16.
numbers.range All integers from one to another, both included.
numbers.range_step The integers from one to another by a step.
bits.and Bitwise AND of two integers.
bits.or Bitwise OR of two integers.
bits.xor Bitwise exclusive OR of two integers.
bits.lsh An integer shifted to the left by a number of bits.
bits.rsh An integer shifted to the right by a number of bits.
bits.negate Bitwise NOT of an integer.
rego.parse_module The syntax tree of a module, given its file name and text.
json.verify_schema Whether a JSON Schema is valid, and why not: [valid, message].
json.match_schema Whether a document fits a JSON Schema, and why not: [fits, mistakes].
json.filter The parts of a value at some paths.
json.remove A value without what is at some paths.
json.patch A value changed by the operations of a JSON Patch (RFC 6902).
json.marshal A value written as JSON.
json.marshal_with_options A value written as JSON, with indentation and a prefix.
json.unmarshal The value of a JSON text.
json.is_valid Whether a text is JSON.
yaml.marshal A value written as YAML.
yaml.unmarshal The value of a YAML text.
yaml.is_valid Whether a text is YAML.
rand.intn A number from 0 up to, without, the second argument; the same for the same first argument.
uuid.rfc4122 A random UUID; the same for the same argument within a decision.
uuid.parse The parts of a UUID: version, variant, time and others.
trace Records a note for a trace of the evaluation; always true.
type_name The name of the value's type.
lower The string in lower case.
upper The string in upper case.
trim The string without some characters at both ends.
trim_left The string without some characters at its beginning.
trim_right The string without some characters at its end.
trim_space The string without white space at both ends.
trim_prefix The string without a beginning, where it has it.
trim_suffix The string without an ending, where it has it.
replace The string with every occurrence of one string replaced by another one.
strings.replace_n The string with all keys of an object replaced by their values.
strings.render_template A text made of a template of Go and the values of an object.
strings.reverse The characters of a string from the last to the first.
strings.split_n The first parts of a string between delimiters; the last ones where negative.
strings.count How often a string occurs in another one, without overlaps.
strings.any_prefix_match Whether any of some strings begins with any of some prefixes.
strings.any_suffix_match Whether any of some strings ends with any of some suffixes.
indexof The index of the first occurrence of a string in another one, or -1.
indexof_n The indexes of all occurrences of a string in another one.
substring The part of a string from an offset, of a length; a length below 0 is the rest.
sprintf A text made of a format as in Go (%s, %d, %v) and the values of an array.
graph.reachable All nodes that can be reached from some nodes of a graph.
graph.reachable_paths All paths that lead from some nodes through a graph.
set_diff The members of the first set that the second lacks. Prefer the operator -.
cast_array The array that a value is, or a set as an array.
cast_set The set that a value is, or an array as a set.
cast_string The string that a value is.
cast_boolean The boolean that a value is.
cast_null The null that a value is.
cast_object The object that a value is.
graphql.parse The syntax trees of a query and its schema, once the query fits the schema.
graphql.parse_and_verify Whether a query fits a schema, and both trees.
graphql.parse_query The syntax tree of a GraphQL query.
graphql.parse_schema The syntax tree of a GraphQL schema.
graphql.is_valid Whether a query fits a schema.
graphql.schema_is_valid Whether a GraphQL schema is valid.
base64.encode The string in Base64.
base64.decode The string that a Base64 text stands for.
base64.is_valid Whether a text is Base64.
base64url.encode The string in the Base64 of URLs.
base64url.encode_no_pad The string in the Base64 of URLs, without = at the end.
base64url.decode The string that a text in the Base64 of URLs stands for.
hex.encode The bytes of a string as hexadecimal digits.
hex.decode The string that hexadecimal digits stand for.
urlquery.encode The string with the escapes of a URL's query.
urlquery.decode The string without the escapes of a URL's query.
urlquery.encode_object The query of a URL that an object stands for.
urlquery.decode_object The parameters of a URL's query, each with a list of values.
uri.parse The scheme, hostname, port, path, raw_path, raw_query and fragment that a URI has.
uri.is_valid Whether a value is a string that is a URI.
regex.match Whether a string has a match of a pattern (RE2).
re_match Whether a string has a match of a pattern. Prefer regex.match.
regex.is_valid Whether a text is a valid pattern (RE2).
regex.find_n The first matches of a pattern in a string; -1 for all.
regex.find_all_string_submatch_n The first matches with their groups; -1 for all.
regex.replace The string with all matches of a pattern replaced; $1 is the first group.
regex.split The parts of a string between the matches of a pattern.
regex.template_match Whether a string matches a template with patterns between two delimiters.
regex.globs_match Whether two patterns have a common match that is not empty.
glob.match Whether a string matches a glob; the delimiters are those that * does not cross.
glob.quote_meta The string with the marks of globs escaped.
net.cidr_contains Whether a range of addresses contains an address or a range.
net.cidr_overlap Whether a range contains an address. Prefer net.cidr_contains.
net.cidr_intersects Whether two ranges of addresses have one in common.
net.cidr_is_valid Whether a text is a range of addresses.
net.cidr_expand All addresses of a range.
net.cidr_contains_matches Pairs of indexes of ranges and of what they contain.
net.cidr_merge The smallest set of ranges that has the same addresses.
semver.compare -1, 0 or 1 by the order of two semantic versions.
semver.is_valid Whether a text is a semantic version.
units.parse The number that a quantity such as 10K or 1Mi stands for.
units.parse_bytes The number of bytes that a text such as 10MB or 1GiB stands for.
time.now_ns The time of the decision, in nanoseconds since 1970.
time.parse_ns The time of a text by a layout of Go, in nanoseconds since 1970.
time.parse_rfc3339_ns The time of a text such as 2026-01-02T03:04:05Z, in nanoseconds since 1970.
time.parse_duration_ns The length of a duration such as 1h30m, in nanoseconds.
time.format A time in nanoseconds as text; an array names the zone and the layout as well.
time.date Year, month and day of a time in nanoseconds, or of [time, zone].
time.clock Hour, minute and second of a time in nanoseconds, or of [time, zone].
time.weekday The weekday of a time in nanoseconds, or of [time, zone]: Monday.
time.add_date A time moved by years, months and days, in nanoseconds.
time.diff Years, months, days, hours, minutes and seconds between two times.
crypto.md5 The MD5 of a string in hexadecimal digits.
crypto.sha1 The SHA-1 of a string in hexadecimal digits.
crypto.sha256 The SHA-256 of a string in hexadecimal digits.
crypto.hmac.md5 The HMAC of a string with MD5 and a key.
crypto.hmac.sha1 The HMAC of a string with SHA-1 and a key.
crypto.hmac.sha256 The HMAC of a string with SHA-256 and a key.
crypto.hmac.sha512 The HMAC of a string with SHA-512 and a key.
crypto.hmac.equal Whether two HMACs are equal, in a time that does not depend on them.
crypto.x509.parse_certificates The certificates in PEM or Base64.
crypto.x509.parse_and_verify_certificates Whether a chain of certificates holds, and its members.
crypto.x509.parse_and_verify_certificates_with_options The same, with a time, a name and usages.
crypto.x509.parse_certificate_request The content of a signing request.
crypto.x509.parse_keypair A certificate with its private key.
crypto.x509.parse_rsa_private_key A private key of RSA as a JSON Web Key.
crypto.parse_private_keys The private keys in PEM.
providers.aws.sign_req A request with a signature of AWS, version 4.
io.jwt.decode Header, payload and signature of a JSON Web Token, without a check.
io.jwt.decode_verify Whether a token meets constraints, its header and its payload.
io.jwt.encode_sign A token of a header, a payload and a key.
io.jwt.encode_sign_raw A token of a header, a payload and a key as JSON texts.
io.jwt.verify_hs256 Whether the signature of a token holds, by HMAC with SHA-256.
io.jwt.verify_hs384 Whether the signature of a token holds, by HMAC with SHA-384.
io.jwt.verify_hs512 Whether the signature of a token holds, by HMAC with SHA-512.
io.jwt.verify_rs256 Whether the signature of a token holds, by RSA with SHA-256.
io.jwt.verify_rs384 Whether the signature of a token holds, by RSA with SHA-384.
io.jwt.verify_rs512 Whether the signature of a token holds, by RSA with SHA-512.
io.jwt.verify_ps256 Whether the signature of a token holds, by RSA-PSS with SHA-256.
io.jwt.verify_ps384 Whether the signature of a token holds, by RSA-PSS with SHA-384.
io.jwt.verify_ps512 Whether the signature of a token holds, by RSA-PSS with SHA-512.
io.jwt.verify_es256 Whether the signature of a token holds, by ECDSA with SHA-256.
io.jwt.verify_es384 Whether the signature of a token holds, by ECDSA with SHA-384.
io.jwt.verify_es512 Whether the signature of a token holds, by ECDSA with SHA-512.
io.jwt.verify_eddsa Whether the signature of a token holds, by EdDSA.
`;

/** Description of each builtin, by its name: one sentence. */
export const BUILTIN_DOCS: ReadonlyMap<string, string> = new Map(
  ROWS.trim()
    .split('\n')
    .map((line): [string, string] => {
      const blank = line.indexOf(' ');
      return [line.slice(0, blank), line.slice(blank + 1)];
    }),
);
