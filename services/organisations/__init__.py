"""Organisations of the cluster, and which person may act for which of them.

Words: an *organisation* (机构) is an enterprise, a centre, an association, a department or the operator; a *membership*
(任职) is a role that a person holds in one; *verification* (认证) is a person's check of the licence.
States: draft 草稿 → submitted 待审核 → verified 已认证 | returned 退回; verified → changing 变更待审核 → verified;
→ suspended 停用 → verified.
"""
