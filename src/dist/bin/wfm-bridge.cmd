@echo off
rem Starts the bridge of this installation, from whatever folder, as bin/wfm-bridge does elsewhere: Java by JAVA_HOME or the path,
rem variables from conf\environment beside lib\ where they are not set, the quick compiler for all commands but run, and from Java 19 on
rem an archive of classes in the user's own folder. JAVA_OPTS comes last, so it wins.
setlocal
set "HOME_DIR=%~dp0.."
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"
if /i not "%~1"=="sandbox" if exist "%HOME_DIR%\conf\environment" (
    for /f "usebackq eol=# tokens=1* delims==" %%a in ("%HOME_DIR%\conf\environment") do if not defined %%a set "%%a=%%b"
)
set "OPTIONS=-XX:+CrashOnOutOfMemoryError -XX:-CreateCoredumpOnCrash -Xlog:disable -Xlog:all=error:stderr"
if /i not "%~1"=="run" if /i not "%~2"=="run" set "OPTIONS=%OPTIONS% -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
set "CACHE=%LOCALAPPDATA%\wfm-bridge"
if not exist "%CACHE%" mkdir "%CACHE%" 2>nul
set "HOME_OPTION=--home "%HOME_DIR%""
for %%a in (%*) do if /i "%%~a"=="--home" set "HOME_OPTION="
"%JAVA%" -XX:+IgnoreUnrecognizedVMOptions -XX:+AutoCreateSharedArchive "-XX:SharedArchiveFile=%CACHE%\wfm-bridge-${project.version}.jsa" %OPTIONS% %JAVA_OPTS% -jar "%HOME_DIR%\lib\wfm-bridge.jar" %HOME_OPTION% %*
exit /b %ERRORLEVEL%
