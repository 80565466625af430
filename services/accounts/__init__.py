"""People, how they prove who they are, and where they are signed in.

Words: a *person* (用户) signs in with a mobile number or an e-mail address; a *contact code* (验证码) proves that one of
these is theirs; a *sign-in* (登录会话) lives on the server and dies there.
"""
