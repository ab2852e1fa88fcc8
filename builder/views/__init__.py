"""The designer of views: boards, calendars and tables made without knowing documents."""
