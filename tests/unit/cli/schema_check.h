// As much of JSON Schema (draft 2020-12) as docs/json-schema.json uses: type, const, enum,
// required, properties, additionalProperties, items, minimum, maximum, pattern, anyOf, $ref into
// $defs. A keyword that is not known here is a violation, so that nothing passes unchecked.

#ifndef MTUSCOPE_TESTS_UNIT_CLI_SCHEMA_CHECK_H_
#define MTUSCOPE_TESTS_UNIT_CLI_SCHEMA_CHECK_H_

#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

namespace mtuscope {

// Empty when `document` conforms to `schema`.
std::vector<std::string> schema_violations(const nlohmann::json& schema,
                                           const nlohmann::json& document);

// ".findings.bracket.lower": every key that the schema describes, array elements flattened.
std::set<std::string> schema_keys(const nlohmann::json& schema);

// The same for what a document holds.
std::set<std::string> document_keys(const nlohmann::json& document);

}  // namespace mtuscope

#endif  // MTUSCOPE_TESTS_UNIT_CLI_SCHEMA_CHECK_H_
