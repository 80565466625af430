"""Organisations of the cluster, and which person may act for which of them.

Words: an *organisation* (机构) is an enterprise, a centre, an association, a department or the operator; a *membership*
(任职) is a role that a person holds in one; *verification* (认证) is a person's check of the licence; a *submission* is
what is handed in for it. A *directory entry* (名录信息) repeats a published source until somebody *claims* it (认领).
A *request to join* (申请加入) is decided by the organisation, a claim by the platform.
States: draft 草稿 → submitted 待审核 → verified 已认证 | returned 退回; verified → changing 变更待审核 → verified;
→ suspended 停用 → where its level and its open submission put it.
Levels: 0 未认证 → 1 资料已提交 → 2 已认证 → 3 已走访.
"""
